// Checks and times the linear kernels, from the cubins of the working folder.
// usage: linear check|quick|some|alone|large...    (quick, some: one case in 3, in 29; some is for the sanitizer)
#include <cuda.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "linear.cuh"

#define CK(x)                                                                   \
  do {                                                                          \
    cudaError_t e_ = (x);                                                       \
    if (e_) {                                                                   \
      printf("%s:%d %s: %s\n", __FILE__, __LINE__, #x, cudaGetErrorString(e_)); \
      exit(1);                                                                  \
    }                                                                           \
  } while (0)
#define CU(x)                                               \
  do {                                                      \
    CUresult e_ = (x);                                      \
    if (e_) {                                               \
      const char* s_;                                       \
      cuGetErrorString(e_, &s_);                            \
      printf("%s:%d %s: %s\n", __FILE__, __LINE__, #x, s_); \
      exit(1);                                              \
    }                                                       \
  } while (0)

struct Variant {
  std::string name;
  bool wgmma;
  int tokens, features, stages, cluster, threads, smem;
  CUfunction f[2][2];  // by type and by whether it has all activations
};
static std::vector<Variant> variants;
static void add_wgmma(int t, int f, int s, int c, int) {
  char n[100];
  snprintf(n, 100, "linear_wgmma_%d_%d_%d_%d", t, f, s, c);
  variants.push_back({n, true, t, f, s, c, 2 * f + (t > 128 ? 128 : 32), 1280 + s * (f + t) * 128, {}});
}
static void add_mma(int t, int f, int s, int wf, int wt, int) {
  char n[100];
  snprintf(n, 100, "linear_mma_%d_%d_%d", t, f, s);
  variants.push_back({n, false, t, f, s, 1, 32 * wf * wt, s * (f + t) * 128, {}});
}
static CUmodule mod_w, mod_m, mod_t;
static CUfunction weight_tile[2];
static int sms;
static cudaStream_t stream;

static void load() {
  CU(cuModuleLoad(&mod_w, "linear_wgmma.cubin"));
  CU(cuModuleLoad(&mod_m, "linear_mma.cubin"));
  CU(cuModuleLoad(&mod_t, "linear_weight.cubin"));
#define LINEAR_WGMMA(...) add_wgmma(__VA_ARGS__);
#define LINEAR_MMA(...) add_mma(__VA_ARGS__);
#include "linear.def"
  for (auto& v : variants)
    for (int t = 0; t < 2; t++)
      for (int act = 0; act < 2; act++) {
        CUfunction& f = v.f[t][act];
        std::string name = v.name + (act ? "_act" : "") + (t ? "_f16" : "_bf16");
        CU(cuModuleGetFunction(&f, v.wgmma ? mod_w : mod_m, name.c_str()));
        CU(cuFuncSetAttribute(f, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, v.smem));
        CU(cuFuncSetAttribute(f, CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, 100));
      }
  CU(cuModuleGetFunction(&weight_tile[0], mod_t, "weight_tile_bf16"));
  CU(cuModuleGetFunction(&weight_tile[1], mod_t, "weight_tile_f16"));
}

static void launch(CUfunction f, int grid, int cluster, int threads, int smem, void* params, bool pdl) {
  CUlaunchConfig c = {};
  CUlaunchAttribute a[2];
  int n = 0;
  if (pdl) {
    a[n].id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
    a[n].value.programmaticStreamSerializationAllowed = 1;
    n++;
  }
  if (cluster > 1) {
    a[n].id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
    a[n].value.clusterDim.x = cluster;
    a[n].value.clusterDim.y = 1;
    a[n].value.clusterDim.z = 1;
    n++;
  }
  c.gridDimX = grid;
  c.gridDimY = c.gridDimZ = 1;
  c.blockDimX = threads;
  c.blockDimY = c.blockDimZ = 1;
  c.sharedMemBytes = smem;
  c.hStream = (CUstream)stream;
  c.attrs = a;
  c.numAttrs = n;
  void* args[] = {params};
  CU(cuLaunchKernelEx(&c, f, args, nullptr));
}

static void encode(LinearParams& p, const Variant& v, int type) {
  cuuint64_t dims[2] = {(cuuint64_t)p.k, (cuuint64_t)p.m};
  cuuint64_t strides[1] = {(cuuint64_t)p.ldx * 2};
  cuuint32_t box[2] = {64, (cuuint32_t)(v.tokens / v.cluster)};
  cuuint32_t es[2] = {1, 1};
  CU(cuTensorMapEncodeTiled(
      &p.x_map, type ? CU_TENSOR_MAP_DATA_TYPE_FLOAT16 : CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, (void*)p.x,
      dims, strides, box, es, CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
      CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE));
}
static bool needs_activations(const LinearParams& p) {
  bool gate = p.activation == SILU || p.activation == QUICK_GELU || p.activation == GELU_TANH;
  return p.activation != NONE && !(p.gated && gate);
}
static void run_linear(LinearParams p, const Variant& v, int type, int grid, bool pdl, bool any = false) {
  if (v.wgmma) encode(p, v, type);
  grid = std::max(grid / v.cluster, 1) * v.cluster;
  launch(v.f[type][any || needs_activations(p)], grid, v.cluster, v.threads, v.smem, &p, pdl);
}

// ---- data and reference
__device__ uint32_t hash(uint64_t i) {
  uint64_t z = i * 0x9E3779B97F4A7C15ull + 0x1234567;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return (uint32_t)(z >> 32);
}
__device__ float rnd(uint64_t i) {
  uint32_t h = hash(i);
  return ((h & 0xff) + ((h >> 8) & 0xff) + ((h >> 16) & 0xff) + (h >> 24) - 510.0f) / 148.0f;
}
// type 0 f32, 1 f16, 2 bf16
__global__ void fill(void* d, long long rows, int cols, int ld, int type, float scale, uint64_t seed) {
  for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < rows * cols;
       i += (long long)gridDim.x * blockDim.x) {
    long long o = i / cols * ld + i % cols;
    float v = rnd(i + seed * 1000003) * scale;
    if (type == 0)
      ((float*)d)[o] = v;
    else if (type == 1)
      ((f16*)d)[o] = from_float<f16>(v);
    else
      ((bf16*)d)[o] = from_float<bf16>(v);
  }
}
__device__ float rd(const void* d, long long i, int type) {
  return type == 0   ? ((const float*)d)[i]
         : type == 1 ? to_float(((const f16*)d)[i])
                     : to_float(((const bf16*)d)[i]);
}
__device__ float rounded(float v, int t) {
  return t ? to_float(from_float<f16>(v)) : to_float(from_float<bf16>(v));
}
// acc[m, rows]
__global__ void ref(float* acc, const void* x, int ldx, const void* w, int wtype, int m, int rows, int k,
                    int t) {
  int r = blockIdx.x * 32 + threadIdx.x % 32;
  int tok = blockIdx.y * 8 + threadIdx.x / 32;
  if (r >= rows || tok >= m) return;
  float s = 0;
  for (int i = 0; i < k; i++)
    s += rd(x, (long long)tok * ldx + i, t ? 1 : 2) * rounded(rd(w, (long long)r * k + i, wtype), t);
  acc[(long long)tok * rows + r] = s;
}
__global__ void compare(const float* acc, int rows, LinearParams p, const void* old, int t, double* res) {
  double d2 = 0, r2 = 0, bad = 0, outside = 0;
  for (long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x; i < (long long)p.m * p.ldo;
       i += (long long)gridDim.x * blockDim.x) {
    int tok = i / p.ldo, f = i % p.ldo;
    if (f >= p.n) {
      uint32_t bits = p.out_float ? ((uint32_t*)p.out)[i] : ((uint16_t*)p.out)[i];
      if (bits != (p.out_float ? 0xffffffffu : 0xffffu)) outside++;
      continue;
    }
    float v = acc[(long long)tok * rows + f] + (p.bias ? p.bias[f] : 0);
    v = activate(v, p.activation);
    if (p.gated) v *= acc[(long long)tok * rows + p.n + f] + (p.bias ? p.bias[p.n + f] : 0);
    if (p.residual) v = rd(old, (long long)tok * p.ldr + f, t ? 1 : 2) + (p.scale ? p.scale[f] : 1) * v;
    float o = p.out_float ? ((float*)p.out)[i] : rd(p.out, i, t ? 1 : 2);
    if (!(fabsf(o) < 1e30f)) {
      bad++;
      continue;
    }
    d2 += (double)(o - v) * (o - v);
    r2 += (double)v * v;
  }
  for (int o = 16; o; o /= 2) {
    d2 += __shfl_xor_sync(~0u, d2, o);
    r2 += __shfl_xor_sync(~0u, r2, o);
    bad += __shfl_xor_sync(~0u, bad, o);
    outside += __shfl_xor_sync(~0u, outside, o);
  }
  if (threadIdx.x % 32 == 0 && (r2 > 0 || bad > 0 || outside > 0)) {
    atomicAdd(res, d2);
    atomicAdd(res + 1, r2);
    if (bad) atomicAdd(res + 2, bad);
    if (outside) atomicAdd(res + 3, outside);
  }
}
static void* dev(size_t n) {
  void* p;
  CK(cudaMalloc(&p, n));
  return p;
}
static void fillT(void* d, long long rows, int cols, int ld, int type, float scale, uint64_t seed) {
  fill<<<sms * 8, 256, 0, stream>>>(d, rows, cols, ld, type, scale, seed);
  CK(cudaGetLastError());
}
static int up(int a, int b) { return (a + b - 1) / b * b; }

static float* workspace;
static size_t ws_bytes = 160ull << 20;

static std::string only;
static void check(int every) {
  std::vector<int> ms = {1, 3, 8, 17, 64, 65, 200, 256, 300}, ns = {8, 100, 93, 128, 1000, 1001, 6144},
                   ks = {64, 72, 588, 4096};
  size_t big = 64 << 20;
  void* x = dev(big);
  void* w = dev(512 << 20);
  void* wt = dev(512 << 20);
  void* out = dev(big);
  void* res = dev(big);
  float* acc = (float*)dev(big);
  float* bias = (float*)dev(1 << 20);
  float* scale = (float*)dev(1 << 20);
  double r[8];
  double* dr = (double*)dev(64);
  void* copy = malloc(big);
  void* copy2 = malloc(big);
  fillT(bias, 1, 100000, 100000, 0, 1, 5);
  fillT(scale, 1, 100000, 100000, 0, 1, 6);
  CK(cudaMemset(workspace, 0xff, ws_bytes));
  std::map<std::string, std::vector<double>> worst;
  int bad = 0;
  long count = 0;
  int seq = 0;
  for (int k : ks)
    for (int n : ns)
      for (int gated = 0; gated < 2; gated++)
        for (int type = 0; type < 2; type++) {
          int rows = gated ? 2 * n : n, n_padded = up(gated ? 2 * up(n, 8) : n, 128), kb = (k + 63) / 64,
              st = (seq++) % 3;
          fillT(w, rows, k, k, st, 1.0f / sqrtf(k) * 1.5f, seq);
          CK(cudaMemsetAsync(wt, 0, (size_t)kb * n_padded * 128, stream));
          struct {
            const void* s;
            void* d;
            int st, rows, k, first, mode, np;
          } tp;
          for (int part = 0; part <= gated; part++) {
            // split each part in two launches at an odd row, as fused weights are
            int cut = n / 3;
            for (int h = 0; h < 2; h++) {
              int r0 = h ? cut : 0, rn = h ? n - cut : cut;
              if (!rn) continue;
              tp = {(char*)w + ((size_t)part * n + r0) * k * (st ? 2 : 4),
                    wt,
                    st,
                    rn,
                    k,
                    r0,
                    gated ? 1 + part : 0,
                    n_padded};
              launch(weight_tile[type], sms * 8, 1, 256, 0, &tp, false);
            }
          }
          for (int m : ms) {
            int ldx = up(k, 8) + (seq % 2) * 8;
            CK(cudaMemsetAsync(x, 0xff, (size_t)(m + 300) * ldx * 2, stream));
            fillT(x, m, k, ldx, type ? 1 : 2, 1, 77 + m);
            ref<<<dim3((rows + 31) / 32, (m + 7) / 8), 256, 0, stream>>>(acc, x, ldx, w, st, m, rows, k,
                                                                         type);
            CK(cudaGetLastError());
            for (auto& v : variants) {
              if (!only.empty() && v.name.find(only) == std::string::npos) continue;
              for (int e = 0; e < 6; e++) {
                if (gated && e > 2) continue;
                if ((seq + e + m) % every) continue;
                LinearParams p = {};
                p.x = x;
                p.weight = wt;
                p.workspace = workspace;
                p.m = m;
                p.n = n;
                p.k = k;
                p.n_padded = n_padded;
                p.ldx = ldx;
                p.out = out;
                p.ldo = n;
                p.ldr = n;
                p.gated = gated;
                if (gated) {
                  p.activation = e == 0 ? SILU : e == 1 ? GELU_TANH : GELU;
                  if (e) p.bias = bias;
                  if (e == 2) p.ldo = n + 5;
                  if (e == 1) {
                    p.residual = res;
                    p.ldr = n + 2;
                  }
                } else
                  switch (e) {
                    case 1:
                      p.bias = bias;
                      p.out_float = 1;
                      p.ldo = n + 3;
                      break;
                    case 2:
                      p.residual = out;
                      break;
                    case 3:
                      p.bias = bias;
                      p.scale = scale;
                      p.residual = res;
                      p.ldr = n + 6;
                      p.ldo = up(n, 8) + 8;
                      break;
                    case 4:
                      p.bias = bias;
                      p.activation = GELU;
                      break;
                    case 5:
                      p.activation = m % 2 ? QUICK_GELU : RELU;
                      p.ldo = n + 2;
                      break;
                  }
                int grid = (e + m) % 3 == 0 ? sms : (e + m) % 3 == 1 ? 37 : std::min(sms, 2 + n / 300);
                size_t ob = (size_t)m * p.ldo * (p.out_float ? 4 : 2);
                auto prep = [&] {
                  CK(cudaMemsetAsync(out, 0xff, ob, stream));
                  if (p.residual) {
                    fillT(res, m, n, p.ldr, type ? 1 : 2, 1, 99);
                    if (p.residual == out)
                      CK(cudaMemcpyAsync(out, res, ob, cudaMemcpyDeviceToDevice, stream));
                  }
                };
                prep();
                run_linear(p, v, type, grid, false, (e + m + seq) % 2);
                CK(cudaMemsetAsync(dr, 0, 64, stream));
                compare<<<sms, 256, 0, stream>>>(acc, rows, p, res, type, dr);
                CK(cudaGetLastError());
                CK(cudaMemcpyAsync(r, dr, 64, cudaMemcpyDeviceToHost, stream));
                CK(cudaStreamSynchronize(stream));
                double err = sqrt(r[0] / (r[1] + 1e-30));
                count++;
                auto& wv = worst[v.name + (type ? "_f16" : "_bf16")];
                wv.resize(2);
                wv[p.out_float] = std::max(wv[p.out_float], err);
                double limit = p.out_float ? 2e-5 : type ? 5e-4 : 4e-3;
                if (!(err < limit) || r[2] || r[3]) {
                  if (bad++ < 25)
                    printf(
                        "BAD %s type %d m %d n %d k %d gated %d e %d grid %d: err %.2e unwritten/nan %.0f "
                        "outside %.0f\n",
                        v.name.c_str(), type, m, n, k, gated, e, grid, err, r[2], r[3]);
                }
                if (count % 17 == 0) {  // same bits again
                  CK(cudaMemcpy(copy, out, ob, cudaMemcpyDeviceToHost));
                  prep();
                  run_linear(p, v, type, grid, false, (e + m + seq) % 2);
                  CK(cudaStreamSynchronize(stream));
                  CK(cudaMemcpy(copy2, out, ob, cudaMemcpyDeviceToHost));
                  if (memcmp(copy, copy2, ob)) {
                    if (bad++ < 25) printf("BITS DIFFER %s m %d n %d k %d\n", v.name.c_str(), m, n, k);
                  }
                }
              }
            }
          }
        }
  std::vector<unsigned> c(ws_bytes / 4);
  CK(cudaMemcpy(c.data(), workspace, ws_bytes, cudaMemcpyDeviceToHost));
  for (unsigned u : c)
    if (u != ~0u) {
      printf("WORKSPACE not empty\n");
      bad++;
      break;
    }
  for (auto& e : worst)
    printf("%-34s worst rel err T %.1e f32 %.1e\n", e.first.c_str(), e.second[0], e.second[1]);
  printf("CHECK %s: %ld cases, %d bad\n", bad ? "FAILED" : "ok", count, bad);
  for (void* q : {x, w, wt, out, res, (void*)acc, (void*)bias, (void*)scale}) CK(cudaFree(q));
}

static double copy_bw() {
  size_t n = 4ull << 30;
  void* a = dev(n);
  void* b = dev(n);
  CK(cudaMemset(a, 1, n));
  cudaEvent_t e0, e1;
  cudaEventCreate(&e0);
  cudaEventCreate(&e1);
  std::vector<float> t;
  for (int i = 0; i < 9; i++) {
    CK(cudaEventRecord(e0, stream));
    CK(cudaMemcpyAsync(b, a, n, cudaMemcpyDeviceToDevice, stream));
    CK(cudaEventRecord(e1, stream));
    CK(cudaStreamSynchronize(stream));
    float ms;
    cudaEventElapsedTime(&ms, e0, e1);
    t.push_back(ms);
  }
  std::sort(t.begin(), t.end());
  CK(cudaFree(a));
  CK(cudaFree(b));
  return 2.0 * n / t[4] / 1e6;
}
static float time_graph(const std::function<void()>& body, int reps) {
  cudaGraph_t g;
  cudaGraphExec_t x;
  CK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
  body();
  CK(cudaStreamEndCapture(stream, &g));
  CK(cudaGraphInstantiate(&x, g, 0));
  cudaEvent_t e0, e1;
  cudaEventCreate(&e0);
  cudaEventCreate(&e1);
  std::vector<float> t;
  for (int i = 0; i < reps + 1; i++) {
    CK(cudaEventRecord(e0, stream));
    CK(cudaGraphLaunch(x, stream));
    CK(cudaEventRecord(e1, stream));
    CK(cudaStreamSynchronize(stream));
    float ms;
    cudaEventElapsedTime(&ms, e0, e1);
    if (i) t.push_back(ms);
  }
  std::sort(t.begin(), t.end());
  cudaGraphExecDestroy(x);
  cudaGraphDestroy(g);
  cudaEventDestroy(e0);
  cudaEventDestroy(e1);
  return t[t.size() / 2];
}
struct Shape {
  const char* name;
  int n, k;
  bool gated, residual;
  size_t offset;
};
static Shape shapes[5] = {{"qkv", 6144, 4096, false, false},
                          {"o", 4096, 4096, false, true},
                          {"gateup", 14336, 4096, true, false},
                          {"down", 4096, 14336, false, true},
                          {"head", 128256, 4096, false, false}};
static char* weights;
static size_t layer_bytes;
static char *bx, *bh, *bo;
static float* logits;
static size_t bytes_of(const Shape& s) { return (size_t)(s.gated ? 2 : 1) * s.n * s.k * 2; }
static void model() {
  layer_bytes = 0;
  for (int i = 0; i < 4; i++) {
    shapes[i].offset = layer_bytes;
    layer_bytes += bytes_of(shapes[i]);
  }
  weights = (char*)dev(layer_bytes * 32 + bytes_of(shapes[4]));
  fillT(weights, (layer_bytes * 32 + bytes_of(shapes[4])) / 2 / 4096, 4096, 4096, 2, 0.02f, 1);
  bx = (char*)dev(8192ull * 14336 * 2);
  bh = (char*)dev(8192ull * 28672 * 2);
  bo = (char*)dev(8192ull * 28672 * 2);
  logits = (float*)dev(512ull * 128256 * 4);
  fillT(bx, 8192, 14336, 14336, 2, 1, 2);
  fillT(bh, 8192, 4096, 4096, 2, 1, 3);
  CK(cudaStreamSynchronize(stream));
}
static const Variant& find(const std::string& n) {
  for (auto& v : variants)
    if (v.name == "linear_" + n) return v;
  printf("no variant %s\n", n.c_str());
  exit(1);
}
static LinearParams params(int s, int layer, int m) {
  const Shape& h = shapes[s];
  LinearParams p = {};
  p.x = bx;
  p.weight = weights + (s == 4 ? layer_bytes * 32 : layer_bytes * layer + h.offset);
  p.workspace = workspace;
  p.m = m;
  p.n = h.n;
  p.k = h.k;
  p.n_padded = h.gated ? 2 * h.n : h.n;
  p.ldx = h.k;
  p.ldo = h.n;
  p.ldr = h.n;
  p.gated = h.gated;
  p.activation = h.gated ? SILU : NONE;
  p.out = s == 4 ? (char*)logits : h.residual ? bh : bo;
  if (h.residual) p.residual = bh;
  if (s == 4) p.out_float = 1;
  return p;
}

static float alone(const std::string& v, int s, int m, int grid, bool pdl, int count) {
  return time_graph(
             [&] {
               for (int l = 0; l < count; l++) {
                 LinearParams p = params(s, l % 32, m);
                 run_linear(p, find(v), 0, grid, pdl);
               }
             },
             5) /
         count;
}

int main(int argc, char** argv) {
  CK(cudaSetDevice(0));
  CK(cudaFree(0));
  cudaDeviceProp pr;
  CK(cudaGetDeviceProperties(&pr, 0));
  sms = pr.multiProcessorCount;
  CK(cudaStreamCreate(&stream));
  load();
  workspace = (float*)dev(ws_bytes);
  CK(cudaMemset(workspace, 0xff, ws_bytes));
  printf("%s, %d SMs, L2 %d MB\n", pr.name, sms, pr.l2CacheSize >> 20);
  double bw = 0;
  bool have = false;
  for (int a = 1; a < argc; a++) {
    std::string mode = argv[a];
    if (mode.rfind("only=", 0) == 0) {
      only = mode.substr(5);
      continue;
    }
    if (mode == "check" || mode == "quick" || mode == "some") {
      check(mode == "check" ? 1 : mode == "quick" ? 3 : 29);
      fflush(stdout);
      continue;
    }
    if (!have) {
      bw = copy_bw();
      printf("copy %.0f GB/s\n", bw);
      model();
      have = true;
    }
    if (mode == "alone") {
      struct {
        const char* v;
        int m;
      } list[] = {{"wgmma_8_128_6_1", 1},     {"wgmma_16_128_6_1", 16},   {"wgmma_64_128_4_1", 64},
                  {"wgmma_128_128_6_1", 128}, {"wgmma_128_128_6_1", 256}, {"wgmma_256_128_4_1", 256},
                  {"wgmma_256_128_4_2", 256}, {"mma_8_128_5", 1},         {"mma_16_128_5", 16},
                  {"mma_64_128_4", 64},       {"mma_128_128_3", 256}};
      for (auto& e : list)
        for (int g = 1; g <= (e.v[0] == 'm' || e.m <= 64 ? 2 : 1); g++) {
          printf("alone m %3d %-18s grid %d", e.m, e.v, sms * g);
          for (int s = 0; s < 5; s++) {
            float t = alone(e.v, s, e.m, sms * g, true, s == 4 ? 4 : 32) * 1000;
            printf("  %s %.1f us %.0f GB/s %.0f TF", shapes[s].name, t, bytes_of(shapes[s]) / t / 1e3,
                   bytes_of(shapes[s]) * (double)e.m / t / 1e6);
          }
          printf("\n");
        }
    }
    if (mode == "large") {
      for (const char* v : {"wgmma_256_128_4_1", "wgmma_256_128_4_2", "mma_128_128_3"})
        for (int m : {512, 2048, 8192}) {
          printf("large %-18s m %4d TFLOP/s", v, m);
          for (int s = 0; s < 4; s++) {
            float t = alone(v, s, m, v[0] == 'm' ? sms * 2 : sms, false, m > 2048 ? 4 : 8);
            printf("  %s %.0f", shapes[s].name, bytes_of(shapes[s]) * (double)m / t / 1e9);
          }
          printf("\n");
        }
    }
    fflush(stdout);
  }
  CK(cudaDeviceSynchronize());
}
