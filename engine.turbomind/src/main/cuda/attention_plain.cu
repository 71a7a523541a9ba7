// Attention for head sizes and groups that the tensor-core kernels do not have: one warp for a query head
// of a token, paged or dense.
#include "attention.cuh"

namespace {

constexpr int MAX_HEAD_DIM = 256;
constexpr int SLICES = MAX_HEAD_DIM / WARP;

// A token's key or value in the cache.
template <typename T>
struct CachedRow {
  const uint8_t* rows;
  int head_dim;
  int block_tokens;
  int token;

  __device__ float operator[](int i) const {
    int at = kv_chunk(head_dim, block_tokens, token, i / 8) + i % 8 * sizeof(T);
    return to_float(*reinterpret_cast<const T*>(rows + at));
  }
};

template <typename T>
struct CachedRows {
  const KvView& kv;
  int sequence;
  int head;

  __device__ CachedRow<T> row(KvSide side, int position) const {
    return {kv_rows(kv, kv_block(kv, sequence, position), side, head), kv.head_dim, kv.block_tokens,
            position % kv.block_tokens};
  }
};

template <typename T>
struct FusedRow {
  const T* row;

  __device__ float operator[](int i) const { return to_float(row[i]); }
};

template <typename T>
struct FusedRows {
  const T* keys;  // of the group's first row
  int64_t pitch;
  int values_offset;

  __device__ FusedRow<T> row(KvSide side, int position) const {
    return {keys + position * pitch + (side == VALUES ? values_offset : 0)};
  }
};

// Attention of one query to positions first..end-1: first one key a lane, then one output element a lane.
template <typename T, typename Rows>
__device__ void attend(const T* query, const Rows& rows, int first, int end, int head_dim, float scale,
                       float* scaled_query, T* output) {
  int lane = threadIdx.x % WARP;
  for (int i = lane; i < head_dim; i += WARP) {
    scaled_query[i] = to_float(query[i]) * scale;
  }
  __syncwarp();
  float result[SLICES] = {};
  float largest = -INFINITY;
  float sum = 0;
  for (int start = first; start < end; start += WARP) {
    int mine = start + lane;
    float score = -INFINITY;
    if (mine < end) {
      auto key = rows.row(KEYS, mine);
      score = 0;
      for (int i = 0; i < head_dim; i++) {
        score += scaled_query[i] * key[i];
      }
    }
    float new_largest = fmaxf(largest, warp_max(score));
    float shrink = __expf(largest - new_largest);
    float weight = __expf(score - new_largest);
    largest = new_largest;
    sum = sum * shrink + warp_sum(weight);
#pragma unroll
    for (int slice = 0; slice < SLICES; slice++) {
      result[slice] *= shrink;
    }
    int count = min(WARP, end - start);
    for (int j = 0; j < count; j++) {
      float w = __shfl_sync(0xffffffffu, weight, j);
      auto value = rows.row(VALUES, start + j);
#pragma unroll
      for (int slice = 0; slice < SLICES; slice++) {
        int i = slice * WARP + lane;
        if (i < head_dim) {
          result[slice] += w * value[i];
        }
      }
    }
  }
#pragma unroll
  for (int slice = 0; slice < SLICES; slice++) {
    int i = slice * WARP + lane;
    if (i < head_dim) {
      output[i] = from_float<T>(result[slice] / sum);
    }
  }
}

template <typename T, int THREADS>
__device__ void plain_paged(const PagedParams& p) {
  dependents_may_start();
  wait_for_predecessors();
  __shared__ float queries[THREADS / WARP][MAX_HEAD_DIM];
  int warp = threadIdx.x / WARP;
  int64_t item = (int64_t)blockIdx.x * (THREADS / WARP) + warp;
  if (item >= (int64_t)p.tokens * p.heads) {
    return;
  }
  int token = item / p.heads;
  int head = item % p.heads;
  int sequence = p.token_sequence[token];
  int context = p.context[sequence];
  if (context == 0) {
    return;
  }
  int head_dim = p.kv.head_dim;
  int end = context - (p.first_token[sequence + 1] - token) + 1;
  int first = p.window > 0 ? max(0, end - p.window) : 0;
  int64_t columns = (int64_t)(p.heads + 2 * p.kv.kv_heads) * head_dim;
  const T* query = static_cast<const T*>(p.qkv) + token * columns + head * head_dim;
  T* output = static_cast<T*>(p.output) + ((int64_t)token * p.heads + head) * head_dim;
  CachedRows<T> rows{p.kv, sequence, head / p.group};
  attend(query, rows, first, end, head_dim, p.scale, queries[warp], output);
}

template <typename T, int THREADS>
__device__ void plain_dense(const DenseParams& p) {
  dependents_may_start();
  wait_for_predecessors();
  __shared__ float queries[THREADS / WARP][MAX_HEAD_DIM];
  int warp = threadIdx.x / WARP;
  int64_t item = (int64_t)blockIdx.x * (THREADS / WARP) + warp;
  if (item >= (int64_t)p.tokens * p.heads) {
    return;
  }
  int token = item / p.heads;
  int head = item % p.heads;
  int group = p.row_group[token];
  int start = p.group_start[group];
  int64_t columns = (int64_t)(p.heads + 2 * p.kv_heads) * p.head_dim;
  const T* qkv = static_cast<const T*>(p.qkv);
  int kv_head = head / (p.heads / p.kv_heads);
  FusedRows<T> rows{qkv + start * columns + (p.heads + kv_head) * p.head_dim, columns,
                    p.kv_heads * p.head_dim};
  T* output = static_cast<T*>(p.output) + ((int64_t)token * p.heads + head) * p.head_dim;
  attend(qkv + token * columns + head * p.head_dim, rows, 0, p.group_start[group + 1] - start, p.head_dim,
         p.scale, queries[warp], output);
}

}  // namespace

#define PLAIN_OF(THREADS, NAME, TYPE)                                                            \
  extern "C" __global__ void __launch_bounds__(THREADS) attention_plain_paged_##NAME(PagedParams p) { \
    plain_paged<TYPE, THREADS>(p);                                                               \
  }                                                                                              \
  extern "C" __global__ void __launch_bounds__(THREADS) attention_plain_dense_##NAME(DenseParams p) { \
    plain_dense<TYPE, THREADS>(p);                                                               \
  }
#define PLAIN(THREADS)           \
  PLAIN_OF(THREADS, bf16, bf16)  \
  PLAIN_OF(THREADS, f16, f16)
#include "attention.def"
