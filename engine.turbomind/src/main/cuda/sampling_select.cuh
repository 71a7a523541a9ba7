// Selection among the logits of a row without sorting them all: the likeliest ids, or a threshold by count or
// weight.
#pragma once

#include "sampling_logits.cuh"

namespace sampling {

constexpr int FINISH_THREADS = 512;
constexpr int CANDIDATES = 2048;  // most ids that are put in order
constexpr int BINS = 2048;        // of histograms
constexpr int EACH = BINS / FINISH_THREADS;
constexpr int SHORT_LIST = FINISH_THREADS / 4;  // most ids ordered by counting


// Where a count or weight reached its target.
struct Found {
  bool found;
  uint32_t at;      // number of the bin, or key
  uint32_t count;   // of what comes before it
  uint32_t here;    // count of the bin
  uint64_t weight;  // of what comes before it
  uint64_t all;     // weight of all
};

// Shared memory of the block that finishes a row.
struct Shared {
  uint64_t candidates[CANDIDATES];  // complement of the key, then the id: ascending order is likeliest first
  uint32_t counts[BINS];
  uint32_t weights[BINS];
  uint32_t carries[BINS];  // upper halves of the weights
  uint64_t partial[FINISH_THREADS / WARP];
  uint32_t partial_counts[FINISH_THREADS / WARP];
  double partial_sums[FINISH_THREADS / WARP];
  Found found;
  uint32_t smallest;
  int hits;
  int gathered;
  int kept;
  int chosen;
  double kept_sum;
};

template <typename V>
__device__ __forceinline__ V warp_scan(V value) {
  int lane = threadIdx.x % WARP;
#pragma unroll
  for (int offset = 1; offset < WARP; offset *= 2) {
    V other = __shfl_up_sync(EVERYWHERE, value, offset);
    if (lane >= offset) value += other;
  }
  return value;
}

// Sum of the values of all threads before this one; `all` is the sum of all. `partial`: one place a warp.
template <typename V>
__device__ __forceinline__ V block_scan(V value, V* partial, V& all) {
  V inclusive = warp_scan(value);
  __syncthreads();
  if (threadIdx.x % WARP == WARP - 1) partial[threadIdx.x / WARP] = inclusive;
  __syncthreads();
  V before = 0;
  all = 0;
#pragma unroll
  for (int warp = 0; warp < FINISH_THREADS / WARP; warp++) {
    if (warp == threadIdx.x / WARP) before = all;
    all += partial[warp];
  }
  // not inclusive - value, which would not be exact for floating-point numbers
  V shifted = __shfl_up_sync(EVERYWHERE, inclusive, 1);
  return threadIdx.x % WARP == 0 ? before : before + shifted;
}

// Not inline: many copies would have to be fetched before they run once.
__device__ __noinline__ double exp_of(float distance, double factor) { return exp(distance * factor); }

// A block's work on a row: finding thresholds by histograms, collecting ids and ordering few of them.
struct Selection {
  const SampleRow& row;
  Shared& shared;
  Logits logits;
  Notes notes;
  float largest;
  int likeliest;
  double inverse_temperature;
  Weigher weigh;

  __device__ __forceinline__ Selection(const Sample& p, const SampleRow& row, int index, Shared& shared,
                                       uint64_t best)
      : row(row), shared(shared), logits(p, index), notes(p, index),
        largest(value_of(best >> 32)), likeliest(~(uint32_t)best),
        inverse_temperature(greedy(row) ? 1.0 : 1.0 / row.temperature), weigh(inverse_temperature) {}

  __device__ __forceinline__ double exact_weight(float logit) const {
    return exp_of(__fsub_rn(logit, largest), inverse_temperature);
  }

  __device__ __forceinline__ double block_sum(double value) const {
    double all;
    block_scan(value, shared.partial_sums, all);
    return all;
  }

  __device__ __forceinline__ float group_largest(int group) const {
    return group < notes.groups ? notes.largest[group] : -INFINITY;
  }

  // Sum of the weights of a group's ids.
  __device__ __forceinline__ double group_weight(const float* weights, double factor, int group) const {
    float top = group_largest(group);
    return top == -INFINITY ? 0.0 : weights[group] * exp_of(__fsub_rn(top, largest), factor);
  }

  // Sum of all weights, from the groups' sums. Those of the first CANDIDATES groups stay in place of
  // candidates.
  __device__ __forceinline__ double total(const float* weights, double factor) const {
    __syncthreads();
    double sum = 0;
#pragma unroll 1
    for (int group = threadIdx.x; group < notes.groups; group += FINISH_THREADS) {
      double weight = group_weight(weights, factor, group);
      sum += weight;
      if (group < CANDIDATES) shared.candidates[group] = __double_as_longlong(weight);
    }
    return block_sum(sum);
  }

  __device__ __forceinline__ float4 four_or_none(int64_t id) const {
    return id < logits.count ? logits.four((int)id) : make_float4(-INFINITY, -INFINITY, -INFINITY, -INFINITY);
  }

  // Calls f with each logit of the row. Loads are three steps ahead by hand: unrolled loops of f would be far
  // more code than an instruction cache holds.
  template <typename F>
  __device__ __forceinline__ void each_logit(F f) const {
    constexpr int STEP = 4 * FINISH_THREADS;
    int64_t id = 4 * threadIdx.x;
    float4 next = four_or_none(id);
    float4 second = four_or_none(id + STEP);
    float4 third = four_or_none(id + 2 * STEP);
#pragma unroll 1
    for (; id < logits.count; id += STEP) {
      float4 four = next;
      next = second;
      second = third;
      third = four_or_none(id + 3 * STEP);
#pragma unroll
      for (int j = 0; j < 4; j++) f(element(four, j));
    }
  }

  // Calls f with the largest logit of each group.
  template <typename F>
  __device__ __forceinline__ void each_group(F f) const {
#pragma unroll 1
    for (int group = threadIdx.x; group < notes.groups; group += FINISH_THREADS) f(notes.largest[group]);
  }

  template <bool WEIGHED>
  __device__ __forceinline__ void clear_bins() const {
    __syncthreads();
    for (int i = threadIdx.x; i < BINS; i += FINISH_THREADS) {
      shared.counts[i] = 0;
      if (WEIGHED) {
        shared.weights[i] = 0;
        shared.carries[i] = 0;
      }
    }
    __syncthreads();
  }

  __device__ __forceinline__ uint64_t weight_of_bin(int bin) const {
    return (uint64_t)shared.carries[bin] << 32 | shared.weights[bin];
  }

  template <bool WEIGHED>
  __device__ __forceinline__ void add(int bin, float logit) const {
    atomicAdd(shared.counts + bin, 1u);
    if (WEIGHED) {
      uint64_t weight = weigh.fixed(__fsub_rn(logit, largest));
      uint32_t low = (uint32_t)weight;
      uint32_t carry = (uint32_t)(weight >> 32);
      if (low != 0 && atomicAdd(shared.weights + bin, low) + low < low) carry++;
      if (carry != 0) atomicAdd(shared.carries + bin, carry);
    }
  }

  // The first bin with which the count or weight reaches the target, beginning with what came before.
  // KEPT: by the weights that keep_weights() has put aside, without counts.
  template <bool WEIGHED, bool KEPT = false>
  __device__ __forceinline__ Found reach(bool by_weight, uint64_t target, const Found& before) const {
    __syncthreads();
    if (threadIdx.x == 0) shared.found.found = false;
    uint32_t counts[EACH], count_sum = 0, all_counts;
    uint64_t weights[EACH], weight_sum = 0, all_weights = 0;
#pragma unroll
    for (int i = 0; i < EACH; i++) {
      int bin = threadIdx.x * EACH + i;
      counts[i] = KEPT ? 0 : shared.counts[bin];
      weights[i] = KEPT ? shared.candidates[bin] : WEIGHED ? weight_of_bin(bin) : 0;
      count_sum += counts[i];
      weight_sum += weights[i];
    }
    uint32_t count = before.count + block_scan(count_sum, shared.partial_counts, all_counts);
    uint64_t weight = before.weight;
    if (WEIGHED) weight += block_scan(weight_sum, shared.partial, all_weights);
#pragma unroll
    for (int i = 0; i < EACH; i++) {
      uint64_t below = by_weight ? weight : count;
      uint64_t above = below + (by_weight ? weights[i] : counts[i]);
      if (below < target && above >= target) {
        shared.found = Found{true, (uint32_t)(threadIdx.x * EACH + i), count, counts[i], weight, 0};
      }
      count += counts[i];
      weight += weights[i];
    }
    __syncthreads();
    Found result = shared.found;
    result.all = before.weight + all_weights;
    return result;
  }

  // Goes down the keys from `high` to `low` of the logits that `each` gives and `has` accepts, from what came
  // before on, until their count or weight reaches the target, which it does. After fewer digits than the
  // range of keys has, the key found is a lower bound.
  template <bool WEIGHED, typename Each, typename Has>
  __device__ __forceinline__ Found descend(Each each, Has has, uint32_t high, uint32_t low, int digits,
                                           bool by_weight, uint64_t target, Found found) const {
    constexpr int BITS = 11;
    static_assert(1 << BITS == BINS, "a digit is the number of a bin");
    float lowest_value = value_of(low);
    float highest_value = value_of(high);
    int shift = 32 - __clz(high - low);
    uint32_t prefix = 0;
    uint64_t all = found.all;
    while (shift > 0 && digits-- > 0) {
      int next = max(shift - BITS, 0);
      clear_bins<WEIGHED>();
      each([&](float logit) {
        // most are outside, which two comparisons tell
        if (!(logit >= lowest_value && logit <= highest_value)) return;
        uint32_t key = key_of(logit);
        uint32_t distance = high - key;
        if (key >= low && key <= high && (uint64_t)distance >> shift == prefix && has(logit)) {
          add<WEIGHED>(distance >> next & ((1 << (shift - next)) - 1), logit);
        }
      });
      found = reach<WEIGHED>(by_weight, target, found);
      if (!found.found) break;
      prefix = prefix << (shift - next) | found.at;
      shift = next;
    }
    found.all = all;
    uint64_t lowest = (uint64_t)prefix << shift | ((1ull << shift) - 1);
    found.at = lowest < high - low ? high - (uint32_t)lowest : low;
    return found;
  }

  // Whether a logit is one of those looked for: its key and its bin below the largest logit.
  struct Range {
    uint32_t lowest;
    float largest;
    float scale;
    int last_bin;

    __device__ __forceinline__ int bin(float logit) const {
      return (int)fminf(__fmul_rn(__fsub_rn(largest, logit), scale), BINS - 1.0f);
    }
    __device__ __forceinline__ bool has(float logit) const {
      return key_of(logit) >= lowest && (last_bin == BINS || bin(logit) <= last_bin);
    }
  };

  __device__ __forceinline__ Range from_key(uint32_t lowest) const {
    return Range{lowest, largest, 0.0f, BINS};
  }

  // Bins of one width down to `span` below the largest logit; what is further down is in the last one.
  __device__ __forceinline__ Range binned(uint32_t lowest, float span) const {
    return Range{lowest, largest, BINS / (fmaxf(span, 1e-30f) * 1.0001f), BINS};
  }

  // Sorts the logits of a range into its bins. Bins of one width, since digits of keys would crowd most
  // logits in a few bins.
  __device__ __noinline__ void weigh_all(Range range) const {
    float lowest_value = value_of(range.lowest);
    clear_bins<true>();
    each_logit([&](float logit) {
      if (logit >= lowest_value && key_of(logit) >= range.lowest) add<true>(range.bin(logit), logit);
    });
    __syncthreads();
  }

  // Puts the bins' weights where candidates would be.
  __device__ __forceinline__ void keep_weights() const {
    for (int i = threadIdx.x; i < BINS; i += FINISH_THREADS) shared.candidates[i] = weight_of_bin(i);
    __syncthreads();
  }

  // Of the logits in bins: the key with which the count or weight reaches the target. KEPT as in reach().
  template <bool KEPT>
  __device__ __noinline__ Found find(Range range, bool by_weight, uint64_t target) const {
    static_assert(BINS <= CANDIDATES, "weights of bins are kept in place of candidates");
    auto each = [&](auto f) { each_logit(f); };
    Found found = reach<true, KEPT>(by_weight, target, Found{});
    if (!found.found) return found;
    int bin = found.at;
    // a little more than the bin's range; `has` keeps to the bin itself
    uint32_t high = key_of(largest);
    uint32_t low = range.lowest;
    if (bin > 0) high = min(high, key_of(largest - bin / range.scale * 0.999999f) + 2);
    if (bin < BINS - 1) low = max(low, key_of(largest - (bin + 1) / range.scale * 1.000001f) - 2);
    auto has = [&](float logit) { return range.bin(logit) == bin; };
    return descend<true>(each, has, high, low, 3, by_weight, target, found);
  }

  // Collects a range in no order. More than CANDIDATES: it gave up.
  __device__ __noinline__ int gather(Range range) const {
    __syncthreads();
    if (threadIdx.x == 0) shared.gathered = 0;
    int gathered = 0;
    // the groups that have some, then these groups' ids, a warp a group
    uint32_t* hits = shared.counts;
    for (int first = 0; first < notes.groups && gathered <= CANDIDATES; first += BINS) {
      if (threadIdx.x == 0) shared.hits = 0;
      __syncthreads();
      int end = min(first + BINS, notes.groups);
#pragma unroll 1
      for (int group = first + threadIdx.x; group < end; group += FINISH_THREADS) {
        if (range.has(notes.largest[group])) hits[atomicAdd(&shared.hits, 1)] = group;
      }
      __syncthreads();
      gather_groups(range, hits, shared.hits);
      __syncthreads();
      gathered = shared.gathered;
    }
    return gathered;
  }

  __device__ __forceinline__ void gather_groups(const Range& range, const uint32_t* groups, int count) const {
    constexpr int WARPS = FINISH_THREADS / WARP;
    int lane = threadIdx.x % WARP;
    int at = threadIdx.x / WARP;
    auto load = [&](int index) {
      return index < count ? logits.four(groups[index] * SAMPLE_GROUP + 4 * lane)
                           : make_float4(-INFINITY, -INFINITY, -INFINITY, -INFINITY);
    };
    float4 next = load(at);
    float4 after_next = load(at + WARPS);
#pragma unroll 1
    for (; at < count && *(volatile int*)&shared.gathered <= CANDIDATES; at += WARPS) {
      float4 four = next;
      next = after_next;
      after_next = load(at + 2 * WARPS);
#pragma unroll
      for (int j = 0; j < 4; j++) {
        float logit = element(four, j);
        if (range.has(logit)) {
          int slot = atomicAdd(&shared.gathered, 1);
          if (slot < CANDIDATES) put(slot, key_of(logit), groups[at] * SAMPLE_GROUP + 4 * lane + j);
        }
      }
    }
  }

  __device__ __forceinline__ void put(int slot, uint32_t key, int id) const {
    shared.candidates[slot] = (uint64_t)~key << 32 | (uint32_t)id;
  }

  __device__ __forceinline__ int id_at(int index) const { return (uint32_t)shared.candidates[index]; }
  __device__ __forceinline__ float logit_at(int index) const {
    return value_of(~(uint32_t)(shared.candidates[index] >> 32));
  }

  // Puts the ids with this key that come after `skipped` lower ones into the places from slot on.
  __device__ __forceinline__ void take_equals(uint32_t key, uint64_t skipped, int wanted, int slot) const {
    uint64_t before_all = 0;
    for (int64_t from = 0; from < logits.count && before_all < skipped + wanted; from += 4 * FINISH_THREADS) {
      int64_t id = from + 4 * threadIdx.x;
      float4 four = four_or_none(id);
      uint64_t equals = 0;
#pragma unroll
      for (int j = 0; j < 4; j++) equals += key_of(element(four, j)) == key;
      uint64_t all;
      uint64_t rank = before_all + block_scan(equals, shared.partial, all);
#pragma unroll
      for (int j = 0; j < 4; j++) {
        if (key_of(element(four, j)) == key) {
          if (rank >= skipped && rank < skipped + wanted) put(slot + (int)(rank - skipped), key, (int)id + j);
          rank++;
        }
      }
      before_all += all;
    }
    __syncthreads();
  }

  // Puts the first n candidates in order: few by counting, four threads for each; more by bitonic sort.
  __device__ __forceinline__ void sort(int n) const {
    if (n <= SHORT_LIST) {
      int at = threadIdx.x / 4;
      uint64_t mine = at < n ? shared.candidates[at] : 0;
      int rank = 0;
      for (int i = threadIdx.x % 4; i < n; i += 4) rank += shared.candidates[i] < mine;
      rank += __shfl_xor_sync(EVERYWHERE, rank, 1);
      rank += __shfl_xor_sync(EVERYWHERE, rank, 2);
      __syncthreads();
      if (at < n) shared.candidates[rank] = mine;
      __syncthreads();
      return;
    }
    int size = WARP;
    while (size < n) size *= 2;
    for (int i = n + threadIdx.x; i < size; i += FINISH_THREADS) shared.candidates[i] = ~0ull;
    for (int length = 2; length <= size; length *= 2) {
      for (int distance = length / 2; distance > 0; distance /= 2) {
        __syncthreads();
#pragma unroll 1
        for (int i = threadIdx.x; i < size / 2; i += FINISH_THREADS) {
          int low = 2 * i - (i & (distance - 1));
          int high = low + distance;
          uint64_t a = shared.candidates[low];
          uint64_t b = shared.candidates[high];
          if ((a > b) == ((low & length) == 0)) {
            shared.candidates[low] = b;
            shared.candidates[high] = a;
          }
        }
      }
    }
    __syncthreads();
  }

  // The smallest key of groups' largest logits, bans aside.
  __device__ __forceinline__ uint32_t smallest_group() const {
    __syncthreads();
    if (threadIdx.x == 0) shared.smallest = key_of(largest);
    __syncthreads();
    uint32_t smallest = KEY_NAN;
    each_group([&](float logit) {
      uint32_t key = key_of(logit);
      if (key > KEY_BANNED) smallest = min(smallest, key);
    });
    smallest = __reduce_min_sync(EVERYWHERE, smallest);
    if (threadIdx.x % WARP == 0) atomicMin(&shared.smallest, smallest);
    __syncthreads();
    return shared.smallest;
  }

  // Sorts all logits into bins that suit a threshold by count.
  __device__ __forceinline__ Range weigh_for_count() const {
    Range range = binned(KEY_BANNED + 1, 2 * (largest - value_of(smallest_group())));
    weigh_all(range);
    return range;
  }

  // A key that at least `wanted` groups' largest logits reach, and therefore as many ids.
  __device__ __forceinline__ uint32_t reached_by_groups(int wanted) const {
    auto groups = [&](auto f) { each_group(f); };
    uint32_t high = key_of(largest);
    uint32_t low = smallest_group();
    if (high == low) return KEY_BANNED + 1;
    auto all = [](float) { return true; };
    Found found = descend<false>(groups, all, high, low, 1, false, wanted, Found{});
    return found.found ? found.at : KEY_BANNED + 1;
  }

  // The `wanted` likeliest ids in order, at most CANDIDATES; gives how many there are.
  __device__ __noinline__ int top(int wanted) const {
    int count = CANDIDATES + 1;
    if (logits.count <= CANDIDATES) {
      count = gather(from_key(KEY_BANNED + 1));
    } else if (wanted <= notes.groups) {
      count = gather(from_key(reached_by_groups(wanted)));
    }
    if (count > CANDIDATES) {
      Found last = find<false>(weigh_for_count(), false, wanted);
      count = gather(from_key(last.found ? last.at + 1 : KEY_BANNED + 1));
      if (last.found) {
        take_equals(last.at, 0, wanted - count, count);
        count = wanted;
      }
    }
    sort(count);
    return min(count, wanted);
  }
};

}  // namespace sampling
