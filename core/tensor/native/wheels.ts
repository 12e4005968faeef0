/**
 * The published Python wheels from which TensorFlow's library is taken, with their hashes. TensorFlow's C
 * API is the same in the wheels for every Python, so any of them works; setup downloads the first of a
 * list.
 */

/** The devices that run on TensorFlow's library. */
export type NativeDevice = "native" | "cuda";

/** A published wheel. */
export interface Wheel {
  /** The name on the Python Package Index. */
  readonly package: string;
  readonly version: string;
  /** The name of the file, which includes its Python and its platform. */
  readonly file: string;
  readonly sha256: string;
  /** The size in bytes. */
  readonly bytes: number;
}

/** The version of TensorFlow in all wheels. */
export const TENSORFLOW_VERSION = "2.21.0";

/** The wheels of a device on a platform. */
export interface WheelSet {
  /** TensorFlow itself, for each Python; one of them is enough. */
  readonly tensorflow: readonly Wheel[];
  /** The libraries that it loads at run time; all are needed. */
  readonly libraries: readonly Wheel[];
}

/**
 * The wheels of a device on a platform, or null where none are published.
 *
 * @param platform As Node names it: "linux-x64", "linux-arm64", "darwin-arm64".
 */
export function wheelSet(device: NativeDevice, platform: string): WheelSet | null {
  if (device === "cuda") {
    return platform === "linux-x64"
      ? { tensorflow: TENSORFLOW_LINUX_X64, libraries: CUDA_12_LINUX_X64 }
      : null;
  }
  switch (platform) {
    case "linux-x64":
      return { tensorflow: TENSORFLOW_CPU_LINUX_X64, libraries: [] };
    case "linux-arm64":
      return { tensorflow: TENSORFLOW_LINUX_ARM64, libraries: [] };
    case "darwin-arm64":
      return { tensorflow: TENSORFLOW_MACOS_ARM64, libraries: [] };
    default:
      return null;
  }
}

const TENSORFLOW_CPU_LINUX_X64: readonly Wheel[] = [
  {
    package: "tensorflow-cpu",
    version: "2.21.0",
    file: "tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl",
    sha256: "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
    bytes: 274000871,
  },
  {
    package: "tensorflow-cpu",
    version: "2.21.0",
    file: "tensorflow_cpu-2.21.0-cp310-cp310-manylinux_2_27_x86_64.whl",
    sha256: "d143e92f5c0661cdfa26eaca8f73cd2efd0ec53a68af8dec82f584ba8eb14b83",
    bytes: 274000871,
  },
  {
    package: "tensorflow-cpu",
    version: "2.21.0",
    file: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    bytes: 274000871,
  },
  {
    package: "tensorflow-cpu",
    version: "2.21.0",
    file: "tensorflow_cpu-2.21.0-cp313-cp313-manylinux_2_27_x86_64.whl",
    sha256: "05af7c26d35f4de910b5598c7b507e3981831a7b0f47fed9a405d995d51d7793",
    bytes: 274000871,
  },
];

const TENSORFLOW_LINUX_X64: readonly Wheel[] = [
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl",
    sha256: "b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0",
    bytes: 572611111,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp310-cp310-manylinux_2_27_x86_64.whl",
    sha256: "77c6f298e695ea1d283cdd7d30f8d97530cc6e92c1395a9ddbab9771c99233a4",
    bytes: 572611111,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
    sha256: "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124",
    bytes: 572611111,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp313-cp313-manylinux_2_27_x86_64.whl",
    sha256: "e9d8da8dcab9650efb45f032ba70af2f016f907e6e0c6bda29dd101bba945406",
    bytes: 572611111,
  },
];

const TENSORFLOW_LINUX_ARM64: readonly Wheel[] = [
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl",
    sha256: "b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552",
    bytes: 281946471,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp310-cp310-manylinux_2_27_aarch64.whl",
    sha256: "7c97938b25cf70c80ae8619931f85abcdee2ab2eb256c2051202edb3b89e9a5d",
    bytes: 281946471,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
    bytes: 281946471,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp313-cp313-manylinux_2_27_aarch64.whl",
    sha256: "a10abdfb8b1189210c251021a3f153b7ccc52a8e6521351f3dc3331e8ba593e0",
    bytes: 281946471,
  },
];

const TENSORFLOW_MACOS_ARM64: readonly Wheel[] = [
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp312-cp312-macosx_12_0_arm64.whl",
    sha256: "56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712",
    bytes: 223488205,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp310-cp310-macosx_12_0_arm64.whl",
    sha256: "6462632889e0e9ce1455b208c87b86a8c154e899407ef7d426ef1ec71647f565",
    bytes: 223488205,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp311-cp311-macosx_12_0_arm64.whl",
    sha256: "51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88",
    bytes: 223488205,
  },
  {
    package: "tensorflow",
    version: "2.21.0",
    file: "tensorflow-2.21.0-cp313-cp313-macosx_12_0_arm64.whl",
    sha256: "a145ed46c58192b7c3f9916d070caf4f6afc6dc7e5511f83dd97677f4c4947f4",
    bytes: 223488205,
  },
];

/** The CUDA 12 libraries that `tensorflow[and-cuda]` requires. */
const CUDA_12_LINUX_X64: readonly Wheel[] = [
  {
    package: "nvidia-cublas-cu12",
    version: "12.9.3.13",
    file: "nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl",
    sha256: "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
    bytes: 581217458,
  },
  {
    package: "nvidia-cuda-cupti-cu12",
    version: "12.8.90",
    file: "nvidia_cuda_cupti_cu12-12.8.90-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    sha256: "ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182",
    bytes: 10248621,
  },
  {
    package: "nvidia-cuda-nvcc-cu12",
    version: "12.9.86",
    file: "nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
    sha256: "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
    bytes: 40546229,
  },
  {
    package: "nvidia-cuda-nvrtc-cu12",
    version: "12.9.86",
    file: "nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
    sha256: "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
    bytes: 89568129,
  },
  {
    package: "nvidia-cuda-runtime-cu12",
    version: "12.9.79",
    file: "nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    sha256: "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
    bytes: 3493179,
  },
  {
    package: "nvidia-cudnn-cu12",
    version: "9.28.0.42",
    file: "nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl",
    sha256: "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
    bytes: 716538495,
  },
  {
    package: "nvidia-cufft-cu12",
    version: "11.4.1.4",
    file: "nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    sha256: "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
    bytes: 200877592,
  },
  {
    package: "nvidia-curand-cu12",
    version: "10.3.10.19",
    file: "nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl",
    sha256: "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
    bytes: 68295626,
  },
  {
    package: "nvidia-cusolver-cu12",
    version: "11.7.5.82",
    file: "nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl",
    sha256: "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
    bytes: 338117415,
  },
  {
    package: "nvidia-cusparse-cu12",
    version: "12.5.10.65",
    file: "nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    sha256: "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
    bytes: 366465088,
  },
  {
    package: "nvidia-nccl-cu12",
    version: "2.32.3",
    file: "nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl",
    sha256: "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c",
    bytes: 351526311,
  },
  {
    package: "nvidia-nvjitlink-cu12",
    version: "12.9.86",
    file: "nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl",
    sha256: "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
    bytes: 39748338,
  },
];
