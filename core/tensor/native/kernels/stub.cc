extern "C" int stub() { return 0; }
