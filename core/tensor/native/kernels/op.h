// The frame of every kernel: float32 and int32 arrays in, new float32 arrays out, as an operation of TensorFlow.
//
// All kernels run on the calling thread and sum in a fixed order, so the same inputs give the same bits.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "tensorflow/c/kernels.h"

namespace table {

constexpr int kMaxRank = 6;
constexpr int kMaxOutputs = 4;

// A tensor's elements in row-major order, and its shape.
struct Array {
  const void* data = nullptr;
  int rank = 0;
  int64_t dims[kMaxRank] = {};

  const float* floats() const { return static_cast<const float*>(data); }
  const int32_t* ints() const { return static_cast<const int32_t*>(data); }
  // Counted from the end for a negative axis.
  int64_t dim(int axis) const { return dims[axis < 0 ? rank + axis : axis]; }
  int64_t size() const {
    int64_t product = 1;
    for (int i = 0; i < rank; i++) product *= dims[i];
    return product;
  }
  // Inputs that are optional come as arrays without elements.
  bool empty() const { return size() == 0; }
  bool like(const Array& other) const {
    if (rank != other.rank) return false;
    for (int i = 0; i < rank; i++) {
      if (dims[i] != other.dims[i]) return false;
    }
    return true;
  }
};

// One call of a kernel.
class Call {
 public:
  Call(TF_OpKernelContext* context, TF_Status* status);
  ~Call();

  const Array& operator[](int input) const { return inputs_[input]; }
  int inputs() const { return static_cast<int>(inputs_.size()); }
  // Returns the condition; if it is false the operation fails. Kernels read and write by the shapes alone, so each says
  // first what they have to be.
  bool fits(bool condition);
  // The elements of a new output, undefined; null after an error.
  float* output(int index, std::initializer_list<int64_t> dims);
  float* output(int index, const Array& shaped_like);
  float* zeros(int index, std::initializer_list<int64_t> dims);
  float* zeros(int index, const Array& shaped_like);

 private:
  float* allocate(int index, const int64_t* dims, int rank);

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
  TF_Tensor* outputs_[kMaxOutputs] = {};
  std::vector<Array> inputs_;
};

// Working space of this thread, valid until the next call with the same slot.
float* scratch(int slot, int64_t floats);

// An operation: its name, the types of its inputs ('f' float32, 'i' int32, 'F' any number N of float32), the number of its
// outputs.
struct Operation {
  const char* name;
  const char* inputs;
  int outputs;
  void (*run)(Call& call);
};

// The operations of each source file; the last one's name is null.
extern const Operation kLinearOperations[];
extern const Operation kNormaliseOperations[];
extern const Operation kConvolutionOperations[];
extern const Operation kElementwiseOperations[];
extern const Operation kAttentionOperations[];
extern const Operation kDeformableOperations[];
extern const Operation kHostCopyOperations[];
extern const Operation kBlockOperations[];

}  // namespace table
