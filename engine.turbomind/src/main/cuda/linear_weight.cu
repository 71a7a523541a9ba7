// Brings row-major weights into the layout of the linear kernels (linear.cuh).
#include "linear.cuh"

enum LinearWeightMode { PLAIN, GATE, UP };
enum LinearSource { SOURCE_F32, SOURCE_F16, SOURCE_BF16 };

struct WeightTileParams {
  const void* source;  //  0  [rows, k], row-major without gaps
  void* weight;        //  8  the whole fused weight, zero before the first of these launches
  int source_type;     // 16  enum LinearSource
  int rows;            // 20
  int k;               // 24
  int first;           // 28  PLAIN: destination of row 0; GATE, UP: feature of row 0
  int mode;            // 32  enum LinearWeightMode
  int n_padded;        // 36
};

template <typename S, typename T>
__device__ __forceinline__ void weight_tile_rows(const WeightTileParams& p) {
  int chunks = (p.k + 7) / 8;
  long long total = (long long)p.rows * chunks;
  long long step = (long long)gridDim.x * blockDim.x;
  bool aligned = p.k % 8 == 0 && (reinterpret_cast<uintptr_t>(p.source) & 15) == 0;
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < total; i += step) {
    int r = (int)(i / chunks);
    int chunk = (int)(i - (long long)r * chunks);
    const S* from = static_cast<const S*>(p.source) + (long long)r * p.k + chunk * 8;
    S element[8];
    if (aligned) {
#pragma unroll
      for (int b = 0; b < (int)sizeof(element) / 16; b++) {
        reinterpret_cast<uint4*>(element)[b] = __ldcs(reinterpret_cast<const uint4*>(from) + b);
      }
    } else {
#pragma unroll
      for (int e = 0; e < 8; e++) element[e] = chunk * 8 + e < p.k ? from[e] : from_float<S>(0.0f);
    }
    uint4 packed;
    packed.x = pack2<T>(to_float(element[0]), to_float(element[1]));
    packed.y = pack2<T>(to_float(element[2]), to_float(element[3]));
    packed.z = pack2<T>(to_float(element[4]), to_float(element[5]));
    packed.w = pack2<T>(to_float(element[6]), to_float(element[7]));
    int f = p.first + r;
    int row = p.mode == PLAIN ? f : f / 8 * 16 + f % 8 + (p.mode == UP ? 8 : 0);
    long long atom = (long long)(chunk / 8) * (p.n_padded / 8) + row / 8;
    char* to = static_cast<char*>(p.weight) + atom * LINEAR_ATOM + row % 8 * LINEAR_ROW;
    reinterpret_cast<uint4*>(to)[(chunk ^ row) & 7] = packed;
  }
}

template <typename T>
__device__ __forceinline__ void weight_tile(const WeightTileParams& p) {
  dependents_may_start();
  wait_for_predecessors();
  switch (p.source_type) {
    case SOURCE_F32: weight_tile_rows<float, T>(p); break;
    case SOURCE_F16: weight_tile_rows<f16, T>(p); break;
    default: weight_tile_rows<bf16, T>(p); break;
  }
}

extern "C" __global__ void __launch_bounds__(256) weight_tile_bf16(WeightTileParams p) {
  weight_tile<bf16>(p);
}
extern "C" __global__ void __launch_bounds__(256) weight_tile_f16(WeightTileParams p) {
  weight_tile<f16>(p);
}
