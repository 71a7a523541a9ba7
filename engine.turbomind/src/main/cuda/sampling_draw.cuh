// One draw by inverse transform: among all ids in their order, or, where top-k, top-p or min-p restrict them,
// among those that stay, likeliest first.
#pragma once

#include "sampling_select.cuh"

namespace sampling {

__device__ __forceinline__ double to_fixed(double weight) {
  return fmin(fmax(ceil(weight * FIXED_ONE), 1.0), 9e18);
}

__device__ __forceinline__ uint64_t mix(uint64_t value) {
  uint64_t z = value + 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

// A number from 0 (inclusive) to 1 (exclusive) for a position of a sequence: SplitMix64's finalizer over
// both, bit for bit as on the host device.
__device__ __forceinline__ double uniform(uint64_t seed, int32_t position) {
  uint64_t mixed = mix(mix(seed) + 0x9E3779B97F4A7C15ull * (uint64_t)((int64_t)position + 1));
  return (double)(mixed >> 11) * 0x1p-53;
}

struct Draw : Selection {
  using Selection::Selection;

  // Among all ids in their order.
  __device__ __forceinline__ int draw_from_all(double u) const {
    double left = u * total(notes.weights, inverse_temperature);
    if (threadIdx.x == 0) shared.chosen = notes.groups;
    double before_all = 0;
    int group = notes.groups;
    for (int from = 0; from < notes.groups && group == notes.groups; from += FINISH_THREADS) {
      int mine = from + threadIdx.x;
      double weight = 0;
      if (mine < notes.groups) {
        weight = mine < CANDIDATES ? __longlong_as_double(shared.candidates[mine])
                                   : group_weight(notes.weights, inverse_temperature, mine);
      }
      double all;
      double before = before_all + block_scan(weight, shared.partial_sums, all);
      if (weight > 0 && before + weight > left) atomicMin(&shared.chosen, mine);
      __syncthreads();
      group = shared.chosen;
      if (group == mine) shared.kept_sum = before;
      before_all += all;
      __syncthreads();
    }
    // rounding may leave a rest behind the last id
    if (group == notes.groups) return likeliest;
    left -= shared.kept_sum;
    if (threadIdx.x < WARP) {
      int id = group * SAMPLE_GROUP + 4 * threadIdx.x;
      float4 four = logits.four(id);
      double weights[4];
      double sum = 0;
#pragma unroll
      for (int j = 0; j < 4; j++) {
        float logit = element(four, j);
        weights[j] = logit == -INFINITY ? 0.0 : exact_weight(logit);
        sum += weights[j];
      }
      double before = __shfl_up_sync(EVERYWHERE, warp_scan(sum), 1);
      if (threadIdx.x == 0) before = 0;
      int chosen = -1, last = -1;
#pragma unroll
      for (int j = 3; j >= 0; j--) {
        if (weights[j] > 0) last = max(last, id + j);
      }
#pragma unroll
      for (int j = 0; j < 4; j++) {
        if (chosen < 0 && weights[j] > 0 && before + weights[j] > left) chosen = id + j;
        before += weights[j];
      }
      uint32_t owners = __ballot_sync(EVERYWHERE, chosen >= 0);
      // the group's sum in floats may be a little more than that of its ids: then its last one
      chosen = owners != 0 ? __shfl_sync(EVERYWHERE, chosen, __ffs(owners) - 1)
                           : (int)__reduce_max_sync(EVERYWHERE, last);
      if (threadIdx.x == 0) shared.chosen = chosen;
    }
    __syncthreads();
    return shared.chosen;
  }

  // Among the first n candidates, which are in order and hold all that can be drawn.
  __device__ __forceinline__ int draw_from_candidates(int n, bool chosen_by_count, double all,
                                                      double u) const {
    constexpr int MINE = CANDIDATES / FINISH_THREADS;
    double weights[MINE];
    double sum = 0;
    int first = threadIdx.x * MINE;
#pragma unroll
    for (int i = 0; i < MINE; i++) {
      weights[i] = first + i < n ? exact_weight(logit_at(first + i)) : 0.0;
      sum += weights[i];
    }
    if (threadIdx.x == 0) {
      shared.kept = n;
      shared.chosen = 0x7fffffff;
    }
    double candidates_sum;
    double before_mine = block_scan(sum, shared.partial_sums, candidates_sum);
    double mass = (double)row.top_p * (chosen_by_count ? candidates_sum : all);
    double least = row.min_p;
    double before = before_mine;
#pragma unroll
    for (int i = 0; i < MINE; i++) {
      int at = first + i;
      if (at > 0 && at < n && (before >= mass || weights[i] < least)) atomicMin(&shared.kept, at);
      before += weights[i];
    }
    __syncthreads();
    int kept = shared.kept;
    before = before_mine;
#pragma unroll
    for (int i = 0; i < MINE; i++) {
      before += weights[i];
      if (first + i == kept - 1) shared.kept_sum = before;
    }
    __syncthreads();
    double left = u * shared.kept_sum;
    before = before_mine;
#pragma unroll
    for (int i = 0; i < MINE; i++) {
      before += weights[i];
      if (first + i < kept && before > left) atomicMin(&shared.chosen, first + i);
    }
    __syncthreads();
    return id_at(shared.chosen < n ? shared.chosen : 0);
  }

  // A key that every logit reaches whose weight is at least min-p; weights are compared after rounding.
  __device__ __forceinline__ uint32_t least_likely() const {
    if (!(row.min_p > 0)) return KEY_BANNED + 1;
    double distance = (log((double)row.min_p) - 2.3e-16) * 1.0000001 / inverse_temperature;
    uint32_t key = key_of(nextafterf((float)(largest + distance), -INFINITY));
    return min(max(key, KEY_BANNED + 1), key_of(largest));
  }

  // The lowest of these keys.
  __device__ __forceinline__ uint32_t least_likely_exactly() const {
    uint32_t low = least_likely();
    uint32_t high = key_of(largest);
    while (low < high && row.min_p > 0) {
      uint32_t middle = low + (high - low) / 2;
      if (exact_weight(value_of(middle)) >= row.min_p) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  // By thresholds of logits alone, however many ids stay: finds the last one that stays, then the one drawn.
  // `weighed`: the range whose weights are already kept, or null.
  __device__ __noinline__ int draw_by_thresholds(int top_k, double all, double u,
                                                 const Range* weighed) const {
    uint32_t lowest = KEY_BANNED + 1;
    uint64_t places = ~0ull;  // of ids that have the lowest key
    uint64_t all_fixed = 0;
    double mass = row.top_p * all * FIXED_ONE;
    if (top_k > 0) {
      Found last = find<false>(weigh_for_count(), false, top_k);
      all_fixed = last.all;
      if (last.found) {
        lowest = last.at;
        places = top_k - last.count;
        all_fixed = last.weight + places * weigh.fixed(__fsub_rn(value_of(lowest), largest));
      }
      mass = row.top_p * (double)all_fixed;
    }
    uint32_t likely = least_likely_exactly();
    bool by_count = top_k > 0 && likely <= lowest;
    if (likely > lowest) {
      lowest = likely;
      places = ~0ull;
    }
    Range range = binned(lowest, fminf((float)(32 / inverse_temperature), largest - value_of(lowest)));
    if (weighed) {
      range = *weighed;
    } else {
      weigh_all(range);
      keep_weights();
    }
    uint64_t target = (uint64_t)fmin(fmax(ceil(mass), 1.0), 9e18);
    Found last = find<true>(range, true, target);
    uint64_t kept = by_count ? all_fixed : last.all;
    if (last.found) {
      uint64_t weight = max(weigh.fixed(__fsub_rn(value_of(last.at), largest)), (uint64_t)1);
      uint64_t equals = max((target - last.weight + weight - 1) / weight, (uint64_t)1);
      if (last.at == lowest) equals = min(equals, places);
      kept = min(kept, last.weight + equals * weight);
    }
    target = max(min((uint64_t)(u * (double)kept) + 1, kept), (uint64_t)1);
    Found drawn = find<true>(range, true, target);
    if (!drawn.found) return likeliest;
    uint64_t weight = max(weigh.fixed(__fsub_rn(value_of(drawn.at), largest)), (uint64_t)1);
    take_equals(drawn.at, (target - 1 - drawn.weight) / weight, 1, 0);
    return id_at(0);
  }

  // Collects all ids that top-p and min-p may keep. More than CANDIDATES: too many; then the weights of
  // `range` have been kept if `weighed` says so.
  __device__ __forceinline__ int gather_likely(double all, Range& range, bool& weighed) const {
    auto groups = [&](auto f) { each_group(f); };
    uint32_t lowest = least_likely();
    if (row.top_p == 1) return gather(from_key(lowest));
    // Ids whose probability is below (1 - p) / vocabulary add up to less than 1 - p, so that top-p never
    // needs them.
    double least = 0.999 * (1.0 - row.top_p) / logits.count * all;
    float least_logit = (float)(largest + log(least) / inverse_temperature);
    lowest = min(max(lowest, key_of(least_logit)), key_of(largest));
    range = binned(lowest, largest - value_of(lowest));
    uint64_t target = (uint64_t)to_fixed(row.top_p * all * 1.00001);
    // The largest logits of groups alone may make up the mass: then no other pass over all logits is needed.
    clear_bins<true>();
    groups([&](float logit) {
      if (key_of(logit) >= lowest) add<true>(range.bin(logit), logit);
    });
    Found found = reach<true>(true, target, Found{});
    if (found.found) {
      range.last_bin = found.at;
      int gathered = gather(range);
      if (gathered <= CANDIDATES) return gathered;
    }
    weigh_all(range);
    found = reach<true>(true, target, Found{});
    range.last_bin = found.found ? (int)found.at : BINS;
    if (found.found && found.count + found.here > CANDIDATES) {
      keep_weights();
      // all of them may be drawn only if min-p takes none away
      weighed = !(row.min_p > 0);
      return CANDIDATES + 1;
    }
    return gather(range);
  }

  __device__ __forceinline__ int drawn() const {
    double u = uniform(row.seed, row.position);
    if (row.top_k == 0 && row.top_p == 1 && row.min_p == 0) return draw_from_all(u);
    int top_k = row.top_k >= logits.count ? 0 : row.top_k;
    double all = top_k > 0 ? 0 : total(notes.weights, inverse_temperature);
    int count = CANDIDATES + 1;
    Range range = from_key(KEY_BANNED + 1);
    bool weighed = false;
    if (top_k == 0) {
      count = gather_likely(all, range, weighed);
      if (count <= CANDIDATES) sort(count);
    } else if (top_k <= CANDIDATES) {
      count = top(top_k);
    }
    return count <= CANDIDATES ? draw_from_candidates(count, top_k > 0, all, u)
                               : draw_by_thresholds(top_k, all, u, weighed ? &range : nullptr);
  }
};

}  // namespace sampling
