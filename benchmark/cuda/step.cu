// The device's part of a decode step of the Llama-3-8B shape, without the host: all layers' kernels in one
// graph, from the cubins of the working folder, beside the copy bandwidth of the same run. Embedding and
// sampling are left out.
//
// usage: step [CONFIG...]     CONFIG is KEY=VALUE,... ; keys, all but m with defaults that suit it:
//   m        sequences
//   context  tokens of each
//   qkv, output, gateup, down, head    VARIANT:GRID, for example wgmma_64_128_4_1:264
#include <cuda.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "attention.cuh"
#include "linear.cuh"

#define CK(call)                                                                      \
  do {                                                                                \
    cudaError_t status_ = (call);                                                     \
    if (status_) {                                                                    \
      printf("%s:%d %s: %s\n", __FILE__, __LINE__, #call, cudaGetErrorString(status_)); \
      exit(1);                                                                        \
    }                                                                                 \
  } while (0)
#define CU(call)                                                \
  do {                                                          \
    CUresult status_ = (call);                                  \
    if (status_) {                                              \
      const char* text_;                                        \
      cuGetErrorString(status_, &text_);                        \
      printf("%s:%d %s: %s\n", __FILE__, __LINE__, #call, text_); \
      exit(1);                                                  \
    }                                                           \
  } while (0)

struct RmsNorm {
  const void* x;
  const float* weight;
  void* out;
  int rows, columns;
  float epsilon;
};

constexpr int LAYERS = 32, HIDDEN = 4096, FEED_FORWARD = 14336, VOCABULARY = 128256;
constexpr int HEADS = 32, KV_HEADS = 8, HEAD_DIM = 128, BLOCK_TOKENS = 64;
constexpr int FUSED = (HEADS + 2 * KV_HEADS) * HEAD_DIM;
constexpr int MOST_ROWS = 256;

static cudaStream_t stream;
static int sms;

static CUfunction function(const char* file, const std::string& name, int shared) {
  static std::map<std::string, CUmodule> modules;
  CUmodule& module = modules[file];
  if (!module) CU(cuModuleLoad(&module, (std::string(file) + ".cubin").c_str()));
  CUfunction f;
  CU(cuModuleGetFunction(&f, module, name.c_str()));
  CU(cuFuncSetAttribute(f, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, shared));
  CU(cuFuncSetAttribute(f, CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT, 100));
  return f;
}

static void launch(CUfunction f, int grid, int cluster, int threads, int shared, void* params) {
  CUlaunchAttribute attributes[2];
  attributes[0].id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
  attributes[0].value.programmaticStreamSerializationAllowed = 1;
  attributes[1].id = CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION;
  attributes[1].value.clusterDim.x = cluster;
  attributes[1].value.clusterDim.y = attributes[1].value.clusterDim.z = 1;
  CUlaunchConfig config = {};
  config.gridDimX = grid;
  config.gridDimY = config.gridDimZ = 1;
  config.blockDimX = threads;
  config.blockDimY = config.blockDimZ = 1;
  config.sharedMemBytes = shared;
  config.hStream = (CUstream)stream;
  config.attrs = attributes;
  config.numAttrs = cluster > 1 ? 2 : 1;
  void* arguments[] = {params};
  CU(cuLaunchKernelEx(&config, f, arguments, nullptr));
}

template <typename T>
static T* device(size_t count) {
  void* p;
  CK(cudaMalloc(&p, count * sizeof(T)));
  return (T*)p;
}
template <typename T>
static T* device(const std::vector<T>& values) {
  T* p = device<T>(values.size());
  CK(cudaMemcpy(p, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
  return p;
}

__global__ void fill(bf16* x, size_t n) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < n; i += (size_t)gridDim.x * blockDim.x) {
    uint32_t h = (uint32_t)i * 2654435761u ^ 77;
    h ^= h >> 16;
    h *= 0x85ebca6b;
    h ^= h >> 13;
    x[i] = __float2bfloat16(((int)(h & 0xffff) - 32768) / 2e6f);
  }
}
static bf16* random_values(size_t count) {
  bf16* p = device<bf16>(count);
  fill<<<2048, 256>>>(p, count);
  CK(cudaDeviceSynchronize());
  return p;
}

template <typename F>
static double median_ms(int runs, F queue) {
  cudaEvent_t start, end;
  CK(cudaEventCreate(&start));
  CK(cudaEventCreate(&end));
  std::vector<float> times;
  for (int i = 0; i < runs + 3; i++) {
    float ms;
    CK(cudaEventRecord(start, stream));
    queue();
    CK(cudaEventRecord(end, stream));
    CK(cudaEventSynchronize(end));
    CK(cudaEventElapsedTime(&ms, start, end));
    if (i >= 3) times.push_back(ms);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

// A linear kernel and its grid.
struct Choice {
  CUfunction f;
  int tokens, cluster, threads, shared, grid;
};
static Choice choice(const std::string& text) {
  int tokens, features, stages, cluster, grid;
  if (sscanf(text.c_str(), "wgmma_%d_%d_%d_%d:%d", &tokens, &features, &stages, &cluster, &grid) != 5) {
    printf("%s is not like wgmma_64_128_4_1:264\n", text.c_str());
    exit(2);
  }
  int shared = 1280 + stages * (features + tokens) * 128;
  std::string name = "linear_" + text.substr(0, text.find(':')) + "_bf16";
  return {function("linear_wgmma", name, shared), tokens, cluster, 2 * features + (tokens > 128 ? 128 : 32),
          shared, grid};
}

struct Model {
  bf16 *qkv[LAYERS], *output[LAYERS], *gate_up[LAYERS], *down[LAYERS], *head;
  float *norm, *workspace, *logits;
  bf16 *x, *normed, *fused, *attended, *gated;

  Model() {
    for (int l = 0; l < LAYERS; l++) {
      qkv[l] = random_values((size_t)FUSED * HIDDEN);
      output[l] = random_values((size_t)HIDDEN * HIDDEN);
      gate_up[l] = random_values((size_t)2 * FEED_FORWARD * HIDDEN);
      down[l] = random_values((size_t)HIDDEN * FEED_FORWARD);
    }
    head = random_values((size_t)VOCABULARY * HIDDEN);
    norm = device(std::vector<float>(HIDDEN, 1.0f));
    size_t workspace_bytes = 256 << 20;
    workspace = device<float>(workspace_bytes / 4);
    CK(cudaMemset(workspace, 0xff, workspace_bytes));
    logits = device<float>((size_t)MOST_ROWS * VOCABULARY);
    x = random_values((size_t)MOST_ROWS * HIDDEN);
    normed = random_values((size_t)MOST_ROWS * HIDDEN);
    fused = random_values((size_t)MOST_ROWS * FUSED);
    attended = random_values((size_t)MOST_ROWS * HIDDEN);
    gated = random_values((size_t)MOST_ROWS * FEED_FORWARD);
  }

  static double bytes() {
    double layer = (double)FUSED * HIDDEN + (double)HIDDEN * HIDDEN + 3.0 * FEED_FORWARD * HIDDEN;
    return 2 * (LAYERS * layer + (double)VOCABULARY * HIDDEN);
  }
};

static void linear(const Model& model, const Choice& c, int m, const bf16* in, int k, const bf16* weight, int n,
                   int n_padded, void* out, const bf16* residual, bool gated, bool out_float) {
  LinearParams p = {};
  p.x = in;
  p.weight = weight;
  p.workspace = model.workspace;
  p.m = m;
  p.n = n;
  p.k = k;
  p.n_padded = n_padded;
  p.ldx = k;
  p.out = out;
  p.ldo = n;
  p.residual = residual;
  p.ldr = n;
  p.gated = gated;
  p.activation = gated ? SILU : NONE;
  p.out_float = out_float;
  cuuint64_t sizes[2] = {(cuuint64_t)k, (cuuint64_t)m};
  cuuint64_t strides[1] = {(cuuint64_t)k * 2};
  cuuint32_t box[2] = {64, (cuuint32_t)(c.tokens / c.cluster)};
  cuuint32_t steps[2] = {1, 1};
  CU(cuTensorMapEncodeTiled(&p.x_map, CU_TENSOR_MAP_DATA_TYPE_BFLOAT16, 2, (void*)in, sizes, strides, box,
                            steps, CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
                            CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE));
  launch(c.f, c.grid, c.cluster, c.threads, c.shared, &p);
}

static void run(const Model& model, const std::string& text, double copy_rate) {
  std::map<std::string, std::string> given;
  std::stringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    given[part.substr(0, part.find('='))] = part.substr(part.find('=') + 1);
  }
  auto get = [&](const char* key, const std::string& otherwise) {
    return given.count(key) ? given[key] : otherwise;
  };
  int m = std::stoi(get("m", "1")), context = std::stoi(get("context", "512"));
  std::string variant = m <= 8     ? "wgmma_8_128_6_1:"
                        : m <= 16  ? "wgmma_16_128_6_1:"
                        : m <= 32  ? "wgmma_32_128_5_1:"
                        : m <= 64  ? "wgmma_64_128_4_1:"
                        : m <= 128 ? "wgmma_128_128_6_1:"
                                   : "wgmma_256_128_4_1:";
  bool small = m <= 64;
  Choice qkv = choice(get("qkv", variant + (small ? "264" : "96")));
  Choice output = choice(get("output", variant + (small ? "256" : "128")));
  Choice gate_up = choice(get("gateup", variant + (small ? "224" : "112")));
  Choice down = choice(get("down", variant + (small ? "256" : "128")));
  Choice head = choice(get("head", variant + (small ? "264" : "126")));
  constexpr int ATTENTION_THREADS = 160, ATTENTION_SHARED = 109024;  // DECODE(128, 8, ...)
  CUfunction attention = function("attention_decode", "attention_decode_128x8_bf16", ATTENTION_SHARED);
  CUfunction norm = function("norm", "rms_norm_bf16", 0);
  int attention_grid = m <= 8 ? sms : 2 * sms;

  int per_sequence = (context + BLOCK_TOKENS - 1) / BLOCK_TOKENS;
  int64_t layer_bytes = 2ll * KV_HEADS * BLOCK_TOKENS * HEAD_DIM * 2;
  int64_t block_bytes = layer_bytes * LAYERS;
  bf16* pool = random_values(block_bytes * per_sequence * m / 2);
  std::vector<int> table(per_sequence * m), contexts(m, context), tile_start(m + 1);
  for (size_t i = 0; i < table.size(); i++) table[i] = (int)i;
  for (int i = 0; i < m; i++) tile_start[i + 1] = tile_start[i] + (context - 1) / DECODE_TILE + 1;
  int* d_table = device(table);
  int* d_contexts = device(contexts);
  int* d_tiles = device(tile_start);
  float* angles = device(std::vector<float>((size_t)m * HEAD_DIM, 0.7f));
  auto* partials = device(std::vector<uint32_t>((size_t)attention_grid * 2 * 8 * HEAD_DIM, 0xffffffffu));

  auto normalize = [&] {
    RmsNorm p{model.x, model.norm, model.normed, m, HIDDEN, 1e-5f};
    launch(norm, m, 1, HIDDEN / 8, 0, &p);
  };
  cudaGraph_t graph;
  cudaGraphExec_t exec;
  CK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  for (int l = 0; l < LAYERS; l++) {
    normalize();
    linear(model, qkv, m, model.normed, HIDDEN, model.qkv[l], FUSED, FUSED, model.fused, nullptr, false, false);
    KvView kv{(uint8_t*)pool, d_table, block_bytes, l * layer_bytes, BLOCK_TOKENS, KV_HEADS, HEAD_DIM,
              per_sequence};
    DecodeParams p{kv, model.attended, model.fused, d_contexts, d_tiles, (float*)partials, angles, m,
                   HEADS, 0, 0.088f, HEADS / KV_HEADS, HEAD_DIM, 0, 1};
    launch(attention, attention_grid, 1, ATTENTION_THREADS, ATTENTION_SHARED, &p);
    linear(model, output, m, model.attended, HIDDEN, model.output[l], HIDDEN, HIDDEN, model.x, model.x, false,
           false);
    normalize();
    linear(model, gate_up, m, model.normed, HIDDEN, model.gate_up[l], FEED_FORWARD, 2 * FEED_FORWARD,
           model.gated, nullptr, true, false);
    linear(model, down, m, model.gated, FEED_FORWARD, model.down[l], HIDDEN, HIDDEN, model.x, model.x, false,
           false);
  }
  normalize();
  linear(model, head, m, model.normed, HIDDEN, model.head, VOCABULARY, VOCABULARY, model.logits, nullptr, false,
         true);
  CK(cudaStreamEndCapture(stream, &graph));
  CK(cudaGraphInstantiate(&exec, graph, 0));
  double ms = median_ms(20, [&] { CK(cudaGraphLaunch(exec, stream)); });
  double bytes = Model::bytes() + (double)m * context * 2 * KV_HEADS * HEAD_DIM * 2 * LAYERS;
  printf("step of %3d sequences of %4d tokens: %.3f ms, %.0f GB/s = %.1f %% of copy   %s\n", m, context, ms,
         bytes / ms / 1e6, bytes / ms / 1e4 / copy_rate, text.c_str());
  CK(cudaGraphExecDestroy(exec));
  CK(cudaGraphDestroy(graph));
  for (void* p : {(void*)pool, (void*)d_table, (void*)d_contexts, (void*)d_tiles, (void*)angles, (void*)partials}) {
    CK(cudaFree(p));
  }
}

int main(int argc, char** argv) {
  cudaDeviceProp properties;
  CK(cudaGetDeviceProperties(&properties, 0));
  sms = properties.multiProcessorCount;
  CK(cudaStreamCreate(&stream));
  size_t bytes = 2ull << 30;
  bf16* from = random_values(bytes / 2);
  bf16* to = random_values(bytes / 2);
  double ms = median_ms(8, [&] { CK(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream)); });
  double copy_rate = 2.0 * bytes / ms / 1e6;
  CK(cudaFree(from));
  CK(cudaFree(to));
  printf("%s, %d multiprocessors, copy %.0f GB/s\n", properties.name, sms, copy_rate);
  Model model;
  std::vector<std::string> configs(argv + 1, argv + argc);
  if (configs.empty()) configs = {"m=1", "m=8", "m=16", "m=32", "m=64", "m=128", "m=256"};
  for (auto& config : configs) run(model, config, copy_rate);
  return 0;
}
