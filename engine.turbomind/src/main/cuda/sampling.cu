// Drawing tokens from rows of logits: one kernel reads all logits once, a second one finishes each row.
#include "sampling_draw.cuh"
#include "sampling_scan.cuh"

// Launch: (splits, rows) blocks of 256 threads; any number of splits, best: clamp(5 * multiprocessors / rows,
// 1, 64), since a multiprocessor holds 5 blocks.
extern "C" __global__ void __launch_bounds__(256) sample_scan(Sample p) {
  using namespace sampling;
  __shared__ Parameters parameters;
  __shared__ uint32_t marks[MARKS];
  __shared__ uint64_t best[SCAN_THREADS / WARP];
  dependents_may_start();
  int index = blockIdx.y;
  parameters.fetch(p, index);
  wait_for_predecessors();
  __syncthreads();
  if (index >= parameters.step.count) return;
  const SampleRow& row = parameters.row;
  Logits logits(p, index);
  Notes notes(p, index);
  int share = (notes.groups + p.splits - 1) / p.splits;
  int from = min((int)blockIdx.x * share, notes.groups);
  int to = min(from + share, notes.groups);
  int first = from * SAMPLE_GROUP;
  int last = min(to * SAMPLE_GROUP, p.vocabulary);
  adjust(p, row, logits.at, first, last, marks);
  uint64_t mine = greedy(row) && row.logprobs < 0 ? scan_plainly(logits, first, last)
                                                  : scan_groups(logits, row, notes, from, to);
  mine = warp_largest(mine);
  if (threadIdx.x % WARP == 0) best[threadIdx.x / WARP] = mine;
  __syncthreads();
  if (threadIdx.x == 0) {
#pragma unroll
    for (int i = 1; i < SCAN_THREADS / WARP; i++) mine = best[i] > mine ? best[i] : mine;
    notes.best[blockIdx.x] = mine;
  }
}

// Launch: one block of 512 threads a row.
extern "C" __global__ void __launch_bounds__(512, 2) sample_finish(Sample p) {
  using namespace sampling;
  __shared__ Parameters parameters;
  __shared__ Shared shared;
  dependents_may_start();
  int index = blockIdx.x;
  parameters.fetch(p, index);
  wait_for_predecessors();
  __syncthreads();
  if (index >= parameters.step.count) return;
  const SampleRow& row = parameters.row;
  int top_stride = parameters.step.top_stride;
  int32_t* results = p.results + (size_t)index * (2 + 2 * top_stride);
  const uint64_t* bests = Notes(p, index).best;
  uint64_t best = 0;
  for (int i = threadIdx.x % WARP; i < p.splits; i += WARP) best = max(best, bests[i]);
  best = warp_largest(best);
  uint32_t key = best >> 32;
  bool good = key != KEY_NAN && key > KEY_BANNED;
  bool plain = greedy(row) && row.logprobs < 0;
  int id = key == KEY_NAN ? SAMPLED_NAN : !good ? SAMPLED_BANNED : (int)~(uint32_t)best;
  int32_t logprob = key == KEY_NAN ? (int32_t)~(uint32_t)best : __float_as_int(NAN);
  int listed = 0;
  if (good && row.forced >= 0) id = row.forced;
  if (good && !plain) {
    Draw draw(p, row, index, shared, best);
    if (!greedy(row) && row.forced < 0) id = draw.drawn();
    if (row.logprobs >= 0) {
      double normalizer = draw.largest + log(draw.total(draw.notes.weights_1, 1.0));
      logprob = __float_as_int((float)(draw.logits[id] - normalizer));
      int wanted = min(min(row.logprobs, top_stride), min(p.vocabulary, SAMPLE_TOP));
      if (wanted > 0) {
        listed = draw.top(wanted);
        for (int i = threadIdx.x; i < listed; i += blockDim.x) {
          results[2 + i] = draw.id_at(i);
          results[2 + top_stride + i] = __float_as_int((float)(draw.logit_at(i) - normalizer));
        }
      }
    }
  }
  for (int i = listed + threadIdx.x; i < top_stride; i += blockDim.x) {
    results[2 + i] = -1;
    results[2 + top_stride + i] = __float_as_int(-INFINITY);
  }
  if (threadIdx.x == 0) {
    results[0] = id;
    results[1] = logprob;
    p.drawn[index] = id;
  }
}
