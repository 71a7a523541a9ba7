// Moving rows: embedding, copies, gathering, sums, conversions, padding.
#include "common.cuh"

// out[i] = table[ids[i]]. An id < 0 stands for drawn[-1 - id]; ids outside the vocabulary count as 0.
// Launch: 256 threads, one block a row.
struct Embedding {
  const void* table;     // [vocabulary, columns], the activations' type
  const int32_t* ids;    // [rows]
  const int32_t* drawn;  // tokens that the step before has drawn
  void* out;             // [rows, columns]
  int32_t rows;
  int32_t columns;
  int32_t vocabulary;
};

// Copies rows that follow each other. Launch: 256 threads, any number of blocks.
struct CopyRows {
  const void* source;
  void* target;
  int32_t rows;
  int32_t row_bytes;
};

// target[i] = source[indices[i]]. Launch: 256 threads, one block a row.
struct IndexedRows {
  const void* source;
  const int32_t* indices;  // [rows]
  void* target;
  int32_t rows;
  int32_t row_bytes;
};

// x[i] += y[i mod y_rows], row by row. Launch: 256 threads, any number of blocks.
struct AddRows {
  void* x;        // [rows, columns]
  const void* y;  // [y_rows, columns], float32 or the activations' type
  int32_t rows;
  int32_t columns;
  int32_t y_rows;
  int32_t y_float;  // 1 if y is float32
};

// target = source in another type; types: 0 float32, 1 float16, 2 bfloat16.
// Launch: 256 threads, any number of blocks.
struct Convert {
  const void* source;  // [rows, columns]
  void* target;        // [rows, columns]
  int32_t rows;
  int32_t columns;
  int32_t source_type;
  int32_t target_type;
};

// Copies rows of 2-byte elements to longer rows, zeros behind them. Launch: 256 threads, any number of
// blocks.
struct PadColumns {
  const void* source;  // [rows, columns]
  void* target;        // [rows, padded]
  int32_t rows;
  int32_t columns;
  int32_t padded;
};

namespace rows {

__device__ __forceinline__ bool aligned(const void* pointer, int bytes) {
  return ((uintptr_t)pointer & (bytes - 1)) == 0;
}

__device__ __forceinline__ size_t first() { return (size_t)blockIdx.x * blockDim.x + threadIdx.x; }
__device__ __forceinline__ size_t step() { return (size_t)gridDim.x * blockDim.x; }

template <typename Word>
__device__ __forceinline__ void copy_words(const void* source, void* target, size_t bytes, size_t from,
                                           size_t by) {
  for (size_t i = from; i < bytes / sizeof(Word); i += by) {
    reinterpret_cast<Word*>(target)[i] = reinterpret_cast<const Word*>(source)[i];
  }
}

// Copies by the widest words that begin and end of both sides allow.
__device__ __forceinline__ void copy(const void* source, void* target, size_t bytes, size_t from, size_t by) {
  size_t ends = (uintptr_t)source | (uintptr_t)target | bytes;
  if (ends % 16 == 0) {
    copy_words<uint4>(source, target, bytes, from, by);
  } else if (ends % 4 == 0) {
    copy_words<uint32_t>(source, target, bytes, from, by);
  } else if (ends % 2 == 0) {
    copy_words<uint16_t>(source, target, bytes, from, by);
  } else {
    copy_words<uint8_t>(source, target, bytes, from, by);
  }
}

template <typename Source, typename Target>
__device__ __forceinline__ void convert(const Convert& p) {
  size_t count = (size_t)p.rows * p.columns;
  const Source* source = (const Source*)p.source;
  Target* target = (Target*)p.target;
  if (aligned(source, 16) && aligned(target, 16)) {
    struct alignas(4 * sizeof(Source)) Sources { Source at[4]; };
    struct alignas(4 * sizeof(Target)) Targets { Target at[4]; };
    for (size_t i = first(); i < count / 4; i += step()) {
      Sources four = reinterpret_cast<const Sources*>(source)[i];
      Targets converted;
#pragma unroll
      for (int j = 0; j < 4; j++) converted.at[j] = from_float<Target>(to_float(four.at[j]));
      reinterpret_cast<Targets*>(target)[i] = converted;
    }
    for (size_t i = count / 4 * 4 + first(); i < count; i += step()) {
      target[i] = from_float<Target>(to_float(source[i]));
    }
  } else {
    for (size_t i = first(); i < count; i += step()) target[i] = from_float<Target>(to_float(source[i]));
  }
}

template <typename Source>
__device__ __forceinline__ void convert_from(const Convert& p) {
  switch (p.target_type) {
    case 0: return convert<Source, float>(p);
    case 1: return convert<Source, f16>(p);
    default: return convert<Source, bf16>(p);
  }
}

template <typename T, typename Y>
__device__ __forceinline__ void add(const AddRows& p) {
  T* x = (T*)p.x;
  const Y* y = (const Y*)p.y;
  // y repeats after this many elements
  size_t period = (size_t)p.y_rows * p.columns;
  if (p.columns % 4 == 0 && aligned(x, 16) && aligned(y, 16)) {
    struct alignas(4 * sizeof(Y)) Fours { Y at[4]; };
    size_t count = (size_t)p.rows * p.columns / 4;
    for (size_t i = first(); i < count; i += step()) {
      size_t other = (count | period) >> 32 ? i % (period / 4) : (uint32_t)i % (uint32_t)(period / 4);
      uint2 packed = reinterpret_cast<uint2*>(x)[i];
      Fours added = reinterpret_cast<const Fours*>(y)[other];
      float2 a = unpack2<T>(packed.x), b = unpack2<T>(packed.y);
      reinterpret_cast<uint2*>(x)[i] =
          make_uint2(pack2<T>(a.x + to_float(added.at[0]), a.y + to_float(added.at[1])),
                     pack2<T>(b.x + to_float(added.at[2]), b.y + to_float(added.at[3])));
    }
  } else {
    for (size_t i = first(); i < (size_t)p.rows * p.columns; i += step()) {
      x[i] = from_float<T>(to_float(x[i]) + to_float(y[i % period]));
    }
  }
}

}  // namespace rows

extern "C" __global__ void __launch_bounds__(256) embedding(Embedding p) {
  dependents_may_start();
  wait_for_predecessors();
  int id = p.ids[blockIdx.x];
  if (id < 0) id = p.drawn[-1 - id];
  if (id < 0 || id >= p.vocabulary) id = 0;
  size_t bytes = (size_t)p.columns * 2;
  rows::copy((const uint8_t*)p.table + id * bytes, (uint8_t*)p.out + blockIdx.x * bytes, bytes, threadIdx.x,
             blockDim.x);
}

extern "C" __global__ void __launch_bounds__(256) copy_rows(CopyRows p) {
  dependents_may_start();
  wait_for_predecessors();
  rows::copy(p.source, p.target, (size_t)p.rows * p.row_bytes, rows::first(), rows::step());
}

extern "C" __global__ void __launch_bounds__(256) gather_rows(IndexedRows p) {
  dependents_may_start();
  wait_for_predecessors();
  size_t bytes = p.row_bytes;
  const uint8_t* source = (const uint8_t*)p.source + p.indices[blockIdx.x] * bytes;
  rows::copy(source, (uint8_t*)p.target + blockIdx.x * bytes, bytes, threadIdx.x, blockDim.x);
}

extern "C" __global__ void __launch_bounds__(256) convert(Convert p) {
  dependents_may_start();
  wait_for_predecessors();
  switch (p.source_type) {
    case 0: return rows::convert_from<float>(p);
    case 1: return rows::convert_from<f16>(p);
    default: return rows::convert_from<bf16>(p);
  }
}

extern "C" __global__ void __launch_bounds__(256) pad_columns(PadColumns p) {
  dependents_may_start();
  wait_for_predecessors();
  const uint16_t* source = (const uint16_t*)p.source;
  uint16_t* target = (uint16_t*)p.target;
  size_t count = (size_t)p.rows * p.padded;
  for (size_t i = rows::first(); i < count; i += rows::step()) {
    size_t row = i / p.padded;
    int column = i - row * p.padded;
    target[i] = column < p.columns ? source[row * p.columns + column] : 0;
  }
}

#define ROWS_KERNELS(T)                                                             \
  extern "C" __global__ void __launch_bounds__(256) add_rows_##T(AddRows p) {       \
    dependents_may_start();                                                         \
    wait_for_predecessors();                                                        \
    if (p.y_float) {                                                                \
      rows::add<T, float>(p);                                                       \
    } else {                                                                        \
      rows::add<T, T>(p);                                                           \
    }                                                                               \
  }

ROWS_KERNELS(bf16)
ROWS_KERNELS(f16)
