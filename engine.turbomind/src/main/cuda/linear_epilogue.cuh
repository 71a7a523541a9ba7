// What a linear kernel does with finished sums: bias, activation, gate, residual, and the way out.
#pragma once

#include "linear_work.cuh"

// Transposes an 8 x 8 matrix of 16-bit elements that lies across the warp as accumulators do.
__device__ __forceinline__ uint32_t linear_transpose(uint32_t x) {
  uint32_t y;
  asm volatile("movmatrix.sync.aligned.m8n8.trans.b16 %0, %1;" : "=r"(y) : "r"(x));
  return y;
}

// Applies f to half of a fragment's sums: those of the first feature (half 0) or the second (half 1).
template <int GROUPS, typename F>
__device__ __forceinline__ void linear_each(float* sum, int half, F f) {
#pragma unroll
  for (int j = 0; j < GROUPS; j++) {
    float* s = sum + 4 * j;
    if (half == 0) {
      s[0] = f(s[0]);
      s[1] = f(s[1]);
    } else {
      s[2] = f(s[2]);
      s[3] = f(s[3]);
    }
  }
}

// SILU, QUICK_GELU and GELU_TANH, which are alike: x / (1 + exp(-x (a + b x^2))), because 1 + tanh(y) is
// 2 / (1 + exp(-2 y)).
template <int GROUPS>
__device__ __forceinline__ void linear_activate_smooth(float* sum, int half, int function) {
  float a = function == SILU ? 1.0f : function == QUICK_GELU ? 1.702f : 1.5957691216057308f;
  float b = function == GELU_TANH ? 1.5957691216057308f * 0.044715f : 0.0f;
  linear_each<GROUPS>(sum, half, [=](float x) {
    return __fdividef(x, 1.0f + __expf(-x * (a + b * x * x)));
  });
}

// The same functions as activate() of common.cuh. The choice stands outside the unrolled loops, because a
// fragment has up to 128 sums.
template <int GROUPS>
__device__ __forceinline__ void linear_activate(float* sum, int half, int function) {
  if (function == SILU || function == QUICK_GELU || function == GELU_TANH) {
    linear_activate_smooth<GROUPS>(sum, half, function);
  } else if (function == GELU) {
    // The error function after Abramowitz and Stegun 7.1.26, within 1.5e-7.
    linear_each<GROUPS>(sum, half, [](float x) {
      float z = fabsf(x) * 0.70710678118654752f;
      float t = __fdividef(1.0f, 1.0f + 0.3275911f * z);
      float series = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f +
                     t * 1.061405429f))));
      float rest = 0.5f * series * __expf(-z * z);  // of the normal distribution beyond |x|
      return x * (x < 0.0f ? rest : 1.0f - rest);
    });
  } else if (function == RELU) {
    linear_each<GROUPS>(sum, half, [](float x) { return fmaxf(x, 0.0f); });
  }
}

// What the sums of one warp's fragment of 16 features by 8 * ALL_GROUPS tokens meet on their way out.
// sum[4 j ..] are, of tokens token + 8 j + lane % 4 * 2 + {0, 1}, feature row + lane / 4 (two sums),
// then row + 8 + lane / 4. row is a row of the weight, gated or not.
//
// load() reads what does not depend on the sums, so that it can be on its way while they are made;
// with few tokens that is the residual too. ACTIVATES: see linear.def.
template <typename T, int ALL_GROUPS, bool ACTIVATES>
struct LinearOutput {
  static constexpr int EARLY = ALL_GROUPS <= 2 ? ALL_GROUPS : 0;  // groups whose residual load() reads

  int base_feature;  // of the fragment, as out counts
  int token;
  float bias_low;
  float bias_high;
  float scale_low;
  float scale_high;
  uint32_t early[EARLY > 0 ? 2 * EARLY : 1];

  __device__ __forceinline__ int major() const { return threadIdx.x % WARP / 4; }
  __device__ __forceinline__ int minor() const { return threadIdx.x % 4 * 2; }

  // Whether neighbouring features can be moved as pairs of 16-bit elements.
  __device__ __forceinline__ static bool pairs(const LinearParams& p) {
    return !p.out_float && ((p.n | p.ldo) & 1) == 0 && (reinterpret_cast<uintptr_t>(p.out) & 3) == 0 &&
           (!p.residual || ((p.ldr & 1) == 0 && (reinterpret_cast<uintptr_t>(p.residual) & 3) == 0));
  }

  // The residuals of a group of 8 tokens: this lane's token, its pair of features, and the pair 8 on.
  __device__ __forceinline__ void old_pairs(
      const LinearParams& p, int group, uint32_t& first, uint32_t& second) {
    int t = token + 8 * group + major();
    int column = base_feature + minor();
    const T* from = static_cast<const T*>(p.residual) + (long long)t * p.ldr + column;
    first = t < p.m && column < p.n ? *reinterpret_cast<const uint32_t*>(from) : 0;
    second = t < p.m && !p.gated && column + 8 < p.n ? *reinterpret_cast<const uint32_t*>(from + 8) : 0;
  }

  __device__ __forceinline__ void load(const LinearParams& p, int row, int first_token) {
    token = first_token;
    base_feature = p.gated ? row / 2 : row;
    int feature = base_feature + major();
    int other = p.gated ? p.n + feature : feature + 8;  // as bias counts
    bool low = feature < p.n;
    bool high = p.gated ? low : other < p.n;
    bias_low = p.bias && low ? __ldg(p.bias + feature) : 0.0f;
    bias_high = p.bias && high ? __ldg(p.bias + other) : 0.0f;
    scale_low = p.scale && low ? __ldg(p.scale + feature) : 1.0f;
    scale_high = p.scale && high && !p.gated ? __ldg(p.scale + other) : 1.0f;
    if (EARLY > 0 && p.residual && pairs(p)) {
#pragma unroll
      for (int j = 0; j < EARLY; j++) old_pairs(p, j, early[2 * j], early[2 * j + 1]);
    }
  }

  // Finishes and stores the sums of GROUPS groups of tokens that begin at the given one. All lanes
  // take part.
  template <int GROUPS>
  __device__ __forceinline__ void store(float* sum, const LinearParams& p, int group) {
    __syncwarp();  // transposing needs the whole warp
    bool gated = p.gated != 0;
    if (p.bias) {
      float low_term = bias_low;
      float high_term = bias_high;
      linear_each<GROUPS>(sum, 0, [=](float x) { return x + low_term; });
      linear_each<GROUPS>(sum, 1, [=](float x) { return x + high_term; });
    }
    if (ACTIVATES) {
      linear_activate<GROUPS>(sum, 0, p.activation);
      if (!gated) linear_activate<GROUPS>(sum, 1, p.activation);
    } else if (gated && p.activation != NONE) {
      linear_activate_smooth<GROUPS>(sum, 0, p.activation);
    }
    if (gated) {
#pragma unroll
      for (int j = 0; j < GROUPS; j++) {
        sum[4 * j] *= sum[4 * j + 2];
        sum[4 * j + 1] *= sum[4 * j + 3];
      }
    }
    if (pairs(p)) {
      store_pairs<GROUPS>(sum, p, group);
    } else {
      store_single<GROUPS>(sum, p, group);
    }
  }

  template <int GROUPS>
  __device__ __forceinline__ void store_pairs(float* sum, const LinearParams& p, int group) {
    int first_token = token + 8 * group;
    int column = base_feature + minor();  // of the pair after transposing
    bool first = column < p.n;
    bool second = !p.gated && column + 8 < p.n;
    T* out = static_cast<T*>(p.out) + (long long)(first_token + major()) * p.ldo + column;
    // Residuals are read some groups ahead of the stores, which the compiler cannot do: out may be
    // the same memory.
    constexpr int AHEAD = GROUPS < 4 ? GROUPS : 4;
#pragma unroll
    for (int base = 0; base < GROUPS; base += AHEAD) {
      if (first_token + 8 * base < p.m) {
        uint32_t old[2 * AHEAD];
        if (p.residual) {
#pragma unroll
          for (int i = 0; i < AHEAD; i++) {
            if (EARLY > 0) {
              old[2 * i] = early[2 * (group + base + i)];
              old[2 * i + 1] = early[2 * (group + base + i) + 1];
            } else {
              old_pairs(p, group + base + i, old[2 * i], old[2 * i + 1]);
            }
          }
        }
#pragma unroll
        for (int i = 0; i < AHEAD; i++) {
          float* s = sum + 4 * (base + i);
          if (p.residual) {
            float2 low_old = unpack2<T>(linear_transpose(old[2 * i]));
            float2 high_old = unpack2<T>(linear_transpose(old[2 * i + 1]));
            s[0] = low_old.x + scale_low * s[0];
            s[1] = low_old.y + scale_low * s[1];
            s[2] = high_old.x + scale_high * s[2];
            s[3] = high_old.y + scale_high * s[3];
          }
          uint32_t low_pair = linear_transpose(pack2<T>(s[0], s[1]));
          uint32_t high_pair = linear_transpose(pack2<T>(s[2], s[3]));
          bool inside = first_token + 8 * (base + i) + major() < p.m;
          T* to = out + (long long)(8 * (base + i)) * p.ldo;
          if (inside && first) *reinterpret_cast<uint32_t*>(to) = low_pair;
          if (inside && second) *reinterpret_cast<uint32_t*>(to + 8) = high_pair;
        }
      }
    }
  }

  template <int GROUPS>
  __device__ __forceinline__ void store_single(float* sum, const LinearParams& p, int group) {
    int first_token = token + 8 * group;
    int feature = base_feature + major();
    bool low = feature < p.n;
    bool high = !p.gated && feature + 8 < p.n;
    auto put = [&](float value, int t, int f, float scale) {
      if (p.residual) {
        value = to_float(static_cast<const T*>(p.residual)[(long long)t * p.ldr + f]) + scale * value;
      }
      if (p.out_float) {
        static_cast<float*>(p.out)[(long long)t * p.ldo + f] = value;
      } else {
        static_cast<T*>(p.out)[(long long)t * p.ldo + f] = from_float<T>(value);
      }
    };
#pragma unroll
    for (int j = 0; j < GROUPS; j++) {
#pragma unroll
      for (int i = 0; i < 2; i++) {
        int t = first_token + 8 * j + minor() + i;
        if (t < p.m && low) put(sum[4 * j + i], t, feature, scale_low);
        if (t < p.m && high) put(sum[4 * j + 2 + i], t, feature + 8, scale_high);
      }
    }
  }
};

// Brings the parts of a tile together and stores what this worker finishes of it. A warp holds
// FRAGMENTS fragments of 16 features below each other. First everything is given away that others
// wait for. By recursion, because the compiler does not unroll loops around so much, and sums must stay
// in registers.
template <int GROUPS, int PIECES, int LEFT>
__device__ __forceinline__ void linear_give(const float* sum, const LinearMeeting& meeting) {
  if constexpr (LEFT > 0) {
    constexpr int COUNT = GROUPS / PIECES;
    constexpr int FRAGMENT = (LEFT - 1) / PIECES;
    constexpr int PIECE = (LEFT - 1) % PIECES;
    constexpr int WORD = FRAGMENT * GROUPS + PIECE * COUNT;
    if (!meeting.adds(PIECE)) meeting.template give<COUNT>(sum + 4 * WORD, WORD);
    linear_give<GROUPS, PIECES, LEFT - 1>(sum, meeting);
  }
}

template <int GROUPS, int PIECES, int LEFT, typename Output>
__device__ __forceinline__ void linear_take(
    float* sum, const LinearParams& p, const LinearMeeting& meeting, Output& output, int row, int token) {
  if constexpr (LEFT > 0) {
    constexpr int COUNT = GROUPS / PIECES;
    constexpr int FRAGMENT = (LEFT - 1) / PIECES;
    constexpr int PIECE = (LEFT - 1) % PIECES;
    constexpr int WORD = FRAGMENT * GROUPS + PIECE * COUNT;
    if constexpr (FRAGMENT > 0 && PIECE == PIECES - 1) output.load(p, row + 16 * FRAGMENT, token);
    if (meeting.adds(PIECE)) {
      if (!meeting.whole) meeting.template take<COUNT>(sum + 4 * WORD, WORD);
      output.template store<COUNT>(sum + 4 * WORD, p, COUNT * PIECE);
    }
    // A single fragment's was loaded by the caller, early.
    if constexpr (FRAGMENT == 1 && PIECE == 0) output.load(p, row, token);
    linear_take<GROUPS, PIECES, LEFT - 1>(sum, p, meeting, output, row, token);
  }
}

template <int GROUPS, int FRAGMENTS, typename Output>
__device__ __forceinline__ void linear_finish(
    float* sum, const LinearParams& p, const LinearWork& work, int part_warp, int part_warps, Output& output,
    int row, int token) {
  constexpr int PIECES = GROUPS < 4 ? GROUPS : 4;
  LinearMeeting meeting(p, work, part_warp, part_warps, FRAGMENTS * GROUPS, PIECES);
  if (!meeting.whole) linear_give<GROUPS, PIECES, FRAGMENTS * PIECES>(sum, meeting);
  linear_take<GROUPS, PIECES, FRAGMENTS * PIECES>(sum, p, meeting, output, row, token);
}
