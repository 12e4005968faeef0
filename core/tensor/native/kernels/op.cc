// Registers the kernels with TensorFlow, through its C API.

#include "op.h"

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

namespace table {

Call::Call(TF_OpKernelContext* context, TF_Status* status) : context_(context), status_(status) {
  const int count = TF_NumInputs(context);
  tensors_.resize(count, nullptr);
  inputs_.resize(count);
  for (int i = 0; i < count; i++) {
    TF_GetInput(context, i, &tensors_[i], status);
    if (TF_GetCode(status) != TF_OK) return;
    Array& array = inputs_[i];
    array.data = TF_TensorData(tensors_[i]);
    array.rank = TF_NumDims(tensors_[i]);
    for (int axis = 0; axis < array.rank; axis++) array.dims[axis] = TF_Dim(tensors_[i], axis);
  }
}

Call::~Call() {
  for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
  for (TF_Tensor* tensor : outputs_) TF_DeleteTensor(tensor);
}

bool Call::fits(bool condition) {
  if (!condition) TF_SetStatus(status_, TF_INVALID_ARGUMENT, "The shapes of the inputs do not fit together");
  return condition;
}

float* Call::allocate(int index, const int64_t* dims, int rank) {
  int64_t elements = 1;
  for (int i = 0; i < rank; i++) elements *= dims[i];
  outputs_[index] = TF_AllocateOutput(context_, index, TF_FLOAT, dims, rank, elements * sizeof(float), status_);
  return TF_GetCode(status_) == TF_OK ? static_cast<float*>(TF_TensorData(outputs_[index])) : nullptr;
}

float* Call::output(int index, std::initializer_list<int64_t> dims) {
  return allocate(index, dims.begin(), static_cast<int>(dims.size()));
}

float* Call::output(int index, const Array& like) { return allocate(index, like.dims, like.rank); }

float* Call::zeros(int index, std::initializer_list<int64_t> dims) {
  float* data = output(index, dims);
  int64_t elements = 1;
  for (int64_t size : dims) elements *= size;
  if (data != nullptr) std::memset(data, 0, elements * sizeof(float));
  return data;
}

float* Call::zeros(int index, const Array& like) {
  float* data = output(index, like);
  if (data != nullptr) std::memset(data, 0, like.size() * sizeof(float));
  return data;
}

float* scratch(int slot, int64_t floats) {
  thread_local std::vector<float> slots[4];
  std::vector<float>& space = slots[slot];
  if (static_cast<int64_t>(space.size()) < floats) space.resize(floats);
  return space.data();
}

namespace {

void* create(TF_OpKernelConstruction*) { return nullptr; }

void dispose(void*) {}

// TensorFlow passes no data of ours to a function, so each operation gets a function of its own.
template <const Operation* kOperations, int kIndex>
void compute(void*, TF_OpKernelContext* context) {
  TF_Status* status = TF_NewStatus();
  {
    Call call(context, status);
    if (TF_GetCode(status) == TF_OK) kOperations[kIndex].run(call);
  }
  if (TF_GetCode(status) != TF_OK) TF_OpKernelContext_Failure(context, status);
  TF_DeleteStatus(status);
}

void define(const Operation& operation, void (*run)(void*, TF_OpKernelContext*), TF_Status* status) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
  for (int i = 0; operation.inputs[i] != 0; i++) {
    const char kind = operation.inputs[i];
    const std::string type = kind == 'i' ? ": int32" : kind == 'F' ? ": N * float" : ": float";
    if (kind == 'F') TF_OpDefinitionBuilderAddAttr(definition, "N: int >= 1");
    TF_OpDefinitionBuilderAddInput(definition, ("in" + std::to_string(i) + type).c_str());
  }
  for (int i = 0; i < operation.outputs; i++) {
    TF_OpDefinitionBuilderAddOutput(definition, ("out" + std::to_string(i) + ": float").c_str());
  }
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, TF_ShapeInferenceContextSetUnknownShape);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) != TF_OK) return;
  TF_KernelBuilder* kernel = TF_NewKernelBuilder(operation.name, "CPU", create, run, dispose);
  TF_RegisterKernelBuilder(operation.name, kernel, status);
}

template <const Operation* kOperations, int kIndex = 0>
void define_all(TF_Status* status) {
  if constexpr (kIndex < 24) {
    if (kOperations[kIndex].name == nullptr || TF_GetCode(status) != TF_OK) return;
    define(kOperations[kIndex], compute<kOperations, kIndex>, status);
    define_all<kOperations, kIndex + 1>(status);
  }
}

}  // namespace
}  // namespace table

// Registers all kernels for this process; a second call does nothing. Returns null, or what went wrong.
extern "C" const char* register_table_kernels() {
  static const std::string* failure = [] {
    TF_Status* status = TF_NewStatus();
    table::define_all<table::kLinearOperations>(status);
    table::define_all<table::kNormaliseOperations>(status);
    table::define_all<table::kConvolutionOperations>(status);
    table::define_all<table::kElementwiseOperations>(status);
    table::define_all<table::kAttentionOperations>(status);
    table::define_all<table::kDeformableOperations>(status);
    table::define_all<table::kHostCopyOperations>(status);
    table::define_all<table::kBlockOperations>(status);
    auto* message = TF_GetCode(status) == TF_OK ? nullptr : new std::string(TF_Message(status));
    TF_DeleteStatus(status);
    return message;
  }();
  return failure == nullptr ? nullptr : failure->c_str();
}
