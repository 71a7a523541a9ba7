// Functions of single elements: activations, gated activations, scaled sums.
#include "common.cuh"

// x = f(x). Launch: 256 threads, any number of blocks (best: one thread for 8 elements).
struct ActivationOf {
  void* x;  // [rows, columns]
  int32_t rows;
  int32_t columns;
  int32_t function;  // Activation
};

// out = f(gate) * up. Launch: 256 threads, any number of blocks (best: one thread for 8 results).
struct Gated {
  const void* both;  // [rows, 2 * width]: gate, then up
  void* out;         // [rows, width]
  int32_t rows;
  int32_t width;
  int32_t function;  // Activation
};

// Where positions[row] + 1 > trained_length, the first scaled_columns of the row are multiplied with
// log(positions[row] + 1) / log(trained_length). Launch: 256 threads, one block a row.
struct ScaleQueries {
  void* x;                   // [rows, columns]
  const int32_t* positions;  // [rows]
  int32_t rows;
  int32_t columns;
  int32_t scaled_columns;
  int32_t trained_length;
};

namespace elementwise {

constexpr int VECTOR = 8;

__device__ __forceinline__ bool aligned(const void* pointer) { return ((uintptr_t)pointer & 15) == 0; }
__device__ __forceinline__ size_t first() { return (size_t)blockIdx.x * blockDim.x + threadIdx.x; }
__device__ __forceinline__ size_t step() { return (size_t)gridDim.x * blockDim.x; }

// Calls f(a, b) for the four pairs of elements of two vectors and packs what it gives.
template <typename T, typename F>
__device__ __forceinline__ uint4 of_pairs(uint4 a, uint4 b, F f) {
  auto pair = [&](uint32_t x, uint32_t y, int at) {
    float2 u = unpack2<T>(x), v = unpack2<T>(y);
    return pack2<T>(f(u.x, v.x, at), f(u.y, v.y, at + 1));
  };
  return make_uint4(pair(a.x, b.x, 0), pair(a.y, b.y, 2), pair(a.z, b.z, 4), pair(a.w, b.w, 6));
}

template <typename T>
__device__ __forceinline__ void activation(const ActivationOf& p) {
  size_t count = (size_t)p.rows * p.columns;
  size_t vectors = aligned(p.x) ? count / VECTOR : 0;
  uint4* packed = reinterpret_cast<uint4*>(p.x);
  for (size_t i = first(); i < vectors; i += step()) {
    uint4 x = packed[i];
    packed[i] = of_pairs<T>(x, x, [&](float a, float, int) { return activate(a, p.function); });
  }
  T* x = (T*)p.x;
  for (size_t i = vectors * VECTOR + first(); i < count; i += step()) {
    x[i] = from_float<T>(activate(to_float(x[i]), p.function));
  }
}

template <typename T>
__device__ __forceinline__ void gated(const Gated& p) {
  size_t count = (size_t)p.rows * p.width;
  if (p.width % VECTOR == 0 && aligned(p.both) && aligned(p.out)) {
    const uint4* both = reinterpret_cast<const uint4*>(p.both);
    size_t width = p.width / VECTOR;
    for (size_t i = first(); i < count / VECTOR; i += step()) {
      size_t row = i >> 32 ? i / width : (uint32_t)i / (uint32_t)width;
      size_t gate = i + row * width;
      reinterpret_cast<uint4*>(p.out)[i] = of_pairs<T>(
          both[gate], both[gate + width], [&](float g, float u, int) { return activate(g, p.function) * u; });
    }
  } else {
    const T* both = (const T*)p.both;
    for (size_t i = first(); i < count; i += step()) {
      size_t gate = i + i / p.width * p.width;
      float value = activate(to_float(both[gate]), p.function) * to_float(both[gate + p.width]);
      ((T*)p.out)[i] = from_float<T>(value);
    }
  }
}

template <typename T>
__device__ __forceinline__ void scale_queries(const ScaleQueries& p) {
  int length = p.positions[blockIdx.x] + 1;
  if (length <= p.trained_length) {
    return;
  }
  float factor = (float)(log((double)length) / log((double)p.trained_length));
  T* row = (T*)p.x + (size_t)blockIdx.x * p.columns;
  for (int i = threadIdx.x; i < p.scaled_columns; i += blockDim.x) {
    row[i] = from_float<T>(to_float(row[i]) * factor);
  }
}

}  // namespace elementwise

#define ELEMENTWISE_KERNELS(T)                                                        \
  extern "C" __global__ void __launch_bounds__(256) activation_##T(ActivationOf p) {  \
    dependents_may_start();                                                           \
    wait_for_predecessors();                                                          \
    elementwise::activation<T>(p);                                                    \
  }                                                                                   \
  extern "C" __global__ void __launch_bounds__(256) gated_##T(Gated p) {              \
    dependents_may_start();                                                           \
    wait_for_predecessors();                                                          \
    elementwise::gated<T>(p);                                                         \
  }                                                                                   \
  extern "C" __global__ void __launch_bounds__(256) scale_queries_##T(ScaleQueries p) { \
    dependents_may_start();                                                           \
    wait_for_predecessors();                                                          \
    elementwise::scale_queries<T>(p);                                                 \
  }

ELEMENTWISE_KERNELS(bf16)
ELEMENTWISE_KERNELS(f16)
