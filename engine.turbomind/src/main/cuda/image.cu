// Rearrangements of images and of their grids of embeddings; elements are 2 bytes of any type.
#include "common.cuh"

// Cuts images into patches. Launch: 256 threads, blocks = images * channels * (height / patch).
struct Patchify {
  const void* images;  // [images, channels, height, width]
  void* out;           // [images * (height / patch) * (width / patch), channels * patch * patch]
  int32_t images_count;
  int32_t channels;
  int32_t height;
  int32_t width;
  int32_t patch;
};

// Groups factor x factor neighbours of each image's grid into one row; version 1 leaves the places
// transposed. Launch: 256 threads, blocks = ceil(images * height * width / 8), a warp for each row of x.
struct PixelShuffle {
  const void* x;  // [images * height * width, channels]
  void* out;      // [images * (height / factor) * (width / factor), channels * factor * factor]
  int32_t images_count;
  int32_t height;
  int32_t width;
  int32_t channels;
  int32_t factor;
  int32_t version;
};

namespace image {

// Division by a number that stays the same for a whole loop.
struct Divisor {
  uint32_t divisor;
  uint32_t factor;

  // Exact for dividends n with n * divisor < 2^32.
  __device__ __forceinline__ explicit Divisor(uint32_t divisor)
      : divisor(divisor), factor(divisor == 1 ? 0 : 0xffffffffu / divisor + 1) {}

  __device__ __forceinline__ uint32_t of(uint32_t n) const { return factor == 0 ? n : __umulhi(n, factor); }
};

// The rows of images that one row of patches covers lie behind each other. Words are 1 or 2 elements.
template <typename Word>
__device__ __forceinline__ void patches(const Patchify& p, int words_in_patch_row) {
  int down = p.height / p.patch;
  int across = p.width / p.patch;
  int patch_row = blockIdx.x % down;
  int channel = blockIdx.x / down % p.channels;
  int img = blockIdx.x / down / p.channels;
  int words_in_row = across * words_in_patch_row;
  int words_in_patch = p.patch * words_in_patch_row;
  size_t top = (size_t)(img * p.channels + channel) * p.height + (size_t)patch_row * p.patch;
  size_t begin = top * words_in_row;
  const Word* source = reinterpret_cast<const Word*>(p.images) + begin;
  size_t place = ((size_t)img * down + patch_row) * across;
  Word* target = reinterpret_cast<Word*>(p.out) + (place * p.channels + channel) * words_in_patch;
  int count = across * words_in_patch;
  Divisor by_patch(words_in_patch);
  Divisor by_row(words_in_patch_row);
  bool exact = (uint64_t)count * words_in_patch >> 32 == 0;
  constexpr int AHEAD = 8;
  for (int from = threadIdx.x; from < count; from += blockDim.x * AHEAD) {
    Word words[AHEAD];
    uint32_t to[AHEAD];
#pragma unroll
    for (int k = 0; k < AHEAD; k++) {
      int i = from + k * blockDim.x;
      if (i >= count) break;
      int patch = exact ? by_patch.of(i) : i / words_in_patch;
      int inside = i - patch * words_in_patch;
      int y = exact ? by_row.of(inside) : inside / words_in_patch_row;
      int x = inside - y * words_in_patch_row;
      words[k] = source[(size_t)y * words_in_row + patch * words_in_patch_row + x];
      to[k] = (uint32_t)patch * p.channels * words_in_patch + inside;
    }
#pragma unroll
    for (int k = 0; k < AHEAD; k++) {
      if (from + k * (int)blockDim.x < count) target[to[k]] = words[k];
    }
  }
}

template <typename Word>
__device__ __forceinline__ void copy(const void* source, void* target, int count) {
  for (int i = threadIdx.x % WARP; i < count; i += WARP) {
    reinterpret_cast<Word*>(target)[i] = reinterpret_cast<const Word*>(source)[i];
  }
}

}  // namespace image

extern "C" __global__ void __launch_bounds__(256) patchify(Patchify p) {
  dependents_may_start();
  wait_for_predecessors();
  bool pairs = p.patch % 2 == 0 && (((uintptr_t)p.images | (uintptr_t)p.out) & 3) == 0;
  if (pairs) {
    image::patches<uint32_t>(p, p.patch / 2);
  } else {
    image::patches<uint16_t>(p, p.patch);
  }
}

extern "C" __global__ void __launch_bounds__(256) pixel_shuffle(PixelShuffle p) {
  dependents_may_start();
  wait_for_predecessors();
  uint32_t row = blockIdx.x * (blockDim.x / WARP) + threadIdx.x / WARP;
  uint32_t area = (uint32_t)p.height * p.width;
  if (row >= (uint32_t)p.images_count * area) return;
  uint32_t img = row / area;
  uint32_t y = row % area / p.width;
  uint32_t x = row % p.width;
  uint32_t down = p.height / p.factor;
  uint32_t across = p.width / p.factor;
  uint32_t place_y = y / p.factor;
  uint32_t place_x = x / p.factor;
  size_t place = p.version == 2 ? place_y * across + place_x : place_x * down + place_y;
  uint32_t neighbour = y % p.factor * p.factor + x % p.factor;
  size_t to = ((img * (size_t)down * across + place) * p.factor * p.factor + neighbour) * p.channels;
  const uint16_t* source = (const uint16_t*)p.x + (size_t)row * p.channels;
  uint16_t* target = (uint16_t*)p.out + to;
  if (p.channels % 8 == 0 && (((uintptr_t)p.x | (uintptr_t)p.out) & 15) == 0) {
    image::copy<uint4>(source, target, p.channels / 8);
  } else {
    image::copy<uint16_t>(source, target, p.channels);
  }
}
