// How the CTAs of a linear kernel share its work, and how the parts of a tile come together.
//
// The unit of work is one block of k of one tile. Tiles that fill whole waves of workers are done
// whole; the rest, and one wave more, is cut into equal runs of units (stream-K), so that all
// multiprocessors read equally many bytes. The cut part comes first: its sums meet while others still
// work. A worker is a CTA, or a cluster whose CTAs take neighbouring tiles of features.
#pragma once

#include "linear.cuh"
#include "partial_sums.cuh"

constexpr int LINEAR_GROUP_TOKENS = 2048;  // rows of x whose tiles are neighbours in time, for L2
constexpr int LINEAR_MIN_RUN = 4;          // shorter runs of units are not worth a partial sum

struct LinearWork {
  int k_blocks;
  int feature_tiles;
  int token_tiles;
  int group;        // token tiles that are neighbours in time
  int tiles;
  int cut_tiles;    // tiles [0, cut_tiles) are cut
  int cut_workers;  // how many workers share them
  int workers;
  int worker;

  // The walk.
  int tile;     // the current tile; its units here are [k_block, k_end)
  int k_block;
  int k_end;
  int whole;    // the next tile that this worker does whole
  int unit;     // the next unit of this worker's run in the cut part
  int unit_end;

  __device__ __forceinline__ LinearWork(
      int m, int n_padded, int k, int tile_features, int tile_tokens, int this_worker, int all_workers) {
    k_blocks = (k + LINEAR_K - 1) / LINEAR_K;
    feature_tiles = (n_padded + tile_features - 1) / tile_features;
    token_tiles = (m + tile_tokens - 1) / tile_tokens;
    group = LINEAR_GROUP_TOKENS / tile_tokens;
    tiles = feature_tiles * token_tiles;
    workers = all_workers;
    worker = this_worker;
    int waves = tiles / workers;
    int rest = tiles - waves * workers;
    // A last wave that is nearly full costs less than cutting it.
    if (rest * 16 >= workers * 15) rest = 0;
    cut_tiles = rest == 0 ? 0 : waves == 0 ? rest : rest + workers;
    cut_workers = waves > 0 ? workers : min(workers, max(tiles, tiles * k_blocks / LINEAR_MIN_RUN));
    bool cuts = cut_tiles > 0 && worker < cut_workers;
    unit = cuts ? start_of(worker) : 0;
    unit_end = cuts ? start_of(worker + 1) : 0;
    whole = cut_tiles + worker;
    tile = k_block = k_end = 0;
  }

  // Where a worker's run of units begins. Every worker below cut_workers has at least one unit.
  __device__ __forceinline__ int start_of(int w) const {
    return (int)((unsigned int)(cut_tiles * k_blocks) * (unsigned int)w / (unsigned int)cut_workers);
  }

  __device__ __forceinline__ int worker_of(int u) const {
    unsigned int units = cut_tiles * k_blocks;
    return (int)(((unsigned int)(u + 1) * (unsigned int)cut_workers - 1) / units);
  }

  // Goes to the next tile or part of one; false at the end.
  __device__ __forceinline__ bool next() {
    if (unit < unit_end) {
      tile = unit / k_blocks;
      k_block = unit - tile * k_blocks;
      k_end = min(k_blocks, k_block + (unit_end - unit));
      unit += k_end - k_block;
      return true;
    }
    if (whole < tiles) {
      tile = whole;
      k_block = 0;
      k_end = k_blocks;
      whole += workers;
      return true;
    }
    return false;
  }

  // Token tiles of a group are neighbours, then the feature tiles, then the next group: what runs at
  // the same time shares few rows of x and few of the weight.
  __device__ __forceinline__ void place(int& feature_tile, int& token_tile) const {
    int first = tile / (group * feature_tiles) * group;
    int in_group = tile - first * feature_tiles;
    int size = min(group, token_tiles - first);
    feature_tile = in_group / size;
    token_tile = first + in_group - feature_tile * size;
  }
};

// A walk block by block, for whoever fetches.
struct LinearFetch {
  LinearWork work;
  int feature_tile = 0;
  int token_tile = 0;
  bool more;

  __device__ __forceinline__ explicit LinearFetch(const LinearWork& from) : work(from) { next_tile(); }

  __device__ __forceinline__ int k_block() const { return work.k_block; }
  __device__ __forceinline__ int left() const { return work.k_end - work.k_block; }

  __device__ __forceinline__ void next_tile() {
    more = work.next();
    if (more) work.place(feature_tile, token_tile);
  }

  __device__ __forceinline__ void advance() {
    if (++work.k_block == work.k_end) next_tile();
  }
};

// How the parts of a cut tile come together, warp by warp. The sums of a warp are cut into pieces, and
// for each piece one worker is chosen that adds up all parts: its own first, then the others' in the
// order of k, so that the result's bits do not depend on timing. The others put theirs into the
// workspace, where a worker has two places: for a tile in whose middle its run begins, and for one
// that its run does not finish.
//
// Those that add are the workers whose run ends in the tile (the part that has the end of k comes
// early in its worker's run, which must not wait).
struct LinearMeeting {
  int pieces;  // of each warp's sums
  int first;   // workers that have parts of the tile
  int last;
  int adders;
  bool whole;  // there is only one part
  int worker;
  uint4* places;  // of this warp and lane, of worker 0
  long long stride;

  //   part_warp, part_warps: this warp among those of the worker that hold different sums
  //   words: 16-byte words of a lane's sums
  __device__ __forceinline__ LinearMeeting(
      const LinearParams& p, const LinearWork& work, int part_warp, int part_warps, int words,
      int all_pieces) {
    pieces = all_pieces;
    worker = first = last = work.worker;
    whole = work.tile >= work.cut_tiles || work.k_end - work.k_block == work.k_blocks;
    if (!whole) {
      first = work.worker_of(work.tile * work.k_blocks);
      last = work.worker_of((work.tile + 1) * work.k_blocks - 1);
    }
    adders = min(max(last - first, 1), pieces);
    stride = (long long)part_warps * words * WARP;
    places = reinterpret_cast<uint4*>(p.workspace) + (long long)part_warp * words * WARP + threadIdx.x % WARP;
  }

  // Whether this worker finishes a piece.
  __device__ __forceinline__ bool adds(int piece) const {
    return whole || first + piece * adders / pieces == worker;
  }

  __device__ __forceinline__ uint4* place(int w) const {
    return places + (2 * w + (w == first ? 1 : 0)) * stride;
  }

  // Hands over COUNT words that begin at the given one.
  template <int COUNT>
  __device__ __forceinline__ void give(const float* sum, int word) const {
    uint4* to = place(worker) + word * WARP;
#pragma unroll
    for (int i = 0; i < COUNT; i++) {
      partial_give(to + i * WARP, sum[4 * i], sum[4 * i + 1], sum[4 * i + 2], sum[4 * i + 3]);
    }
  }

  // Adds what the others hand over.
  template <int COUNT>
  __device__ __forceinline__ void take(float* sum, int word) const {
    // As many loads in flight as registers allow.
    constexpr int BATCH = COUNT == 1 ? 4 : COUNT == 2 ? 3 : COUNT <= 4 ? 2 : 1;
#pragma unroll 1
    for (int w = first; w <= last; w += BATCH) {
      uint4 part[BATCH][COUNT];
      bool here;
      do {
        here = true;
#pragma unroll
        for (int b = 0; b < BATCH; b++) {
          if (w + b <= last && w + b != worker) {
#pragma unroll
            for (int i = 0; i < COUNT; i++) part[b][i] = partial_read(place(w + b) + (word + i) * WARP);
          }
        }
#pragma unroll
        for (int b = 0; b < BATCH; b++) {
          if (w + b <= last && w + b != worker) {
#pragma unroll
            for (int i = 0; i < COUNT; i++) {
              here &= partial_is_here(part[b][i]);
            }
          }
        }
      } while (!here);
#pragma unroll
      for (int b = 0; b < BATCH; b++) {
        if (w + b <= last && w + b != worker) {
          uint4* from = place(w + b) + word * WARP;
#pragma unroll
          for (int i = 0; i < COUNT; i++) {
            partial_empty(from + i * WARP);
            sum[4 * i] += __uint_as_float(part[b][i].x);
            sum[4 * i + 1] += __uint_as_float(part[b][i].y);
            sum[4 * i + 2] += __uint_as_float(part[b][i].z);
            sum[4 * i + 3] += __uint_as_float(part[b][i].w);
          }
        }
      }
    }
    __syncwarp();
  }
};
