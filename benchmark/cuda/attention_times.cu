// Timings of the attention kernels in graphs, beside the copy bandwidth of the same run.
#include "attention_harness.cuh"

static int sms;
static double copy_rate;
static cudaStream_t stream;

// Median time of one of `launches` launches in a graph, microseconds.
static double time_graph(int launches, bool pdl, const std::function<void(int, bool)>& enqueue) {
  cudaGraph_t graph;
  cudaGraphExec_t exec;
  CHECK(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal));
  for (int i = 0; i < launches; i++) enqueue(i, pdl);
  CHECK(cudaStreamEndCapture(stream, &graph));
  CHECK(cudaGraphInstantiate(&exec, graph, 0));
  cudaEvent_t a, b;
  CHECK(cudaEventCreate(&a));
  CHECK(cudaEventCreate(&b));
  std::vector<float> times;
  for (int i = 0; i < 12; i++) {
    CHECK(cudaEventRecord(a, stream));
    CHECK(cudaGraphLaunch(exec, stream));
    CHECK(cudaEventRecord(b, stream));
    CHECK(cudaEventSynchronize(b));
    float ms;
    CHECK(cudaEventElapsedTime(&ms, a, b));
    if (i >= 2) times.push_back(ms * 1000 / launches);
  }
  CHECK(cudaGraphExecDestroy(exec));
  CHECK(cudaGraphDestroy(graph));
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

__global__ void fill_random(uint16_t* x, size_t n, uint32_t seed, int f16) {
  for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < n; i += (size_t)gridDim.x * blockDim.x) {
    uint32_t h = (uint32_t)i * 2654435761u ^ seed;
    h ^= h >> 16;
    h *= 0x85ebca6b;
    h ^= h >> 13;
    h *= 0xc2b2ae35;
    h ^= h >> 16;
    float v = ((int)(h & 0xffff) - 32768) / 20000.0f;
    if (f16) {
      __half y = __float2half(v);
      x[i] = *(uint16_t*)&y;
    } else {
      __nv_bfloat16 y = __float2bfloat16(v);
      x[i] = *(uint16_t*)&y;
    }
  }
}

template <typename T>
static T* random_data(size_t bytes) {
  uint16_t* p = device<uint16_t>(bytes / 2);
  fill_random<<<1024, 256>>>(p, bytes / 2, 77, 0);
  CHECK(cudaDeviceSynchronize());
  return (T*)p;
}

static const char* lengths_file;

// Contexts of n requests of a file of prompt and output lengths, each somewhere in its answer.
static std::vector<int> sharegpt(int n) {
  FILE* f = fopen(lengths_file, "r");
  if (!f) {
    printf("%s cannot be read\n", lengths_file);
    exit(1);
  }
  char line[100];
  std::vector<std::pair<int, int>> all;
  int a, b;
  fgets(line, 100, f);
  while (fscanf(f, "%d,%d", &a, &b) == 2) all.push_back({a, b});
  fclose(f);
  std::mt19937 rng(5);
  std::vector<int> result;
  while ((int)result.size() < n) {
    auto& r = all[rng() % all.size()];
    if ((int)(rng() % 1000) < r.second) result.push_back(r.first + 1 + rng() % r.second);
  }
  return result;
}

static const DecodeVariant* forced = nullptr;
static void bench_decode(const char* name, std::vector<int> context, int D, int H, int G, int BT) {
  int S = context.size(), stride = 1;
  int64_t blocks = 0, tokens = 0;
  for (int c : context) {
    stride = std::max(stride, (c + BT - 1) / BT);
    blocks += (c + BT - 1) / BT;
    tokens += c;
  }
  int64_t layer_bytes = (int64_t)2 * G * BT * D * 2;
  int layers = std::max<int64_t>(2, std::min<int64_t>(64, 400000000 / (blocks * layer_bytes) + 1));
  int64_t block_bytes = layer_bytes * layers;
  auto* pool = random_data<uint8_t>(blocks * block_bytes);
  std::vector<int> order(blocks), table((size_t)S * stride, 0), tile_start(S + 1);
  for (int i = 0; i < blocks; i++) order[i] = i;
  std::shuffle(order.begin(), order.end(), std::mt19937(3));
  int taken = 0;
  for (int s = 0; s < S; s++) {
    for (int i = 0; i < (context[s] + BT - 1) / BT; i++) table[(size_t)s * stride + i] = order[taken++];
    tile_start[s + 1] = tile_start[s] + decode_tiles(context[s], 0);
  }
  int cols = (H + 2 * G) * D;
  auto* qkv = random_data<uint8_t>((size_t)S * cols * 2);
  auto* out = device<uint16_t>((size_t)S * H * D);
  auto* d_table = device(table);
  auto* d_context = device(context);
  auto* d_tiles = device(tile_start);
  const DecodeVariant* v = nullptr;
  for (auto& x : decode_variants)
    if (x.head_dim == D && x.heads >= H / G && !v) v = &x;
  if (forced) v = forced;
  // As the host does.
  int fit = (228 << 10) / (v->shared + 1024);
  int grid = S <= 8 ? sms : sms * std::min(2, fit);
  auto* partials = device(std::vector<uint32_t>((size_t)grid * 2 * v->heads * D, 0xffffffffu));
  KvView kv{pool, d_table, block_bytes, 0, BT, G, D, stride};
  auto* angles = device(std::vector<float>((size_t)S * D, 0.7f));
  DecodeParams p{kv, out, qkv, d_context, d_tiles, (float*)partials, angles,
                 S,  H,   0,   1 / sqrtf(D), H / G, D, 0, 1};
  auto enqueue = [&](int i, bool pdl) {
    DecodeParams q = p;
    q.kv.layer_offset_bytes = (i % layers) * layer_bytes;
    launch(v->kernel[0], dim3(grid), v->threads, v->shared, q, stream, pdl);
  };
  int launches = std::max(layers, 20);
  double plain = time_graph(launches, false, enqueue), pdl = time_graph(launches, true, enqueue);
  double bytes = (double)tokens * G * D * 4;
  printf(
      "decode %-22s hd %3d %2d/%d bt %3d grid %3d: %8.2f us  pdl %8.2f us  %7.0f GB/s = %5.1f %% of copy "
      "(pdl %5.1f %%)\n",
      name, D, H, G, BT, grid, plain, pdl, bytes / plain / 1e3, bytes / plain / 1e3 / copy_rate * 100,
      bytes / pdl / 1e3 / copy_rate * 100);
  for (void* x : {(void*)pool, (void*)qkv, (void*)out, (void*)d_table, (void*)d_context, (void*)d_tiles,
                  (void*)partials, (void*)angles})
    cudaFree(x);
}

static void bench_rotary(int rows, int D, int H, int G) {
  int BT = 64, cols = (H + 2 * G) * D,
      layers = std::max<int64_t>(2, 200000000 / ((int64_t)rows * cols * 2) + 1);
  layers = std::min(layers, 64);
  int64_t layer_bytes = (int64_t)2 * G * BT * D * 2, block_bytes = layer_bytes * layers;
  int blocks = rows < 512 ? rows : (rows + BT - 1) / BT, seqs = rows < 512 ? rows : 1;
  auto* pool = device<uint8_t>(blocks * block_bytes);
  auto* qkv = random_data<uint8_t>((size_t)layers * rows * cols * 2);
  std::vector<int> table(blocks), sequence(rows), positions(rows), context(seqs, seqs == 1 ? rows : 1);
  for (int i = 0; i < blocks; i++) table[i] = i;
  for (int i = 0; i < rows; i++) sequence[i] = seqs == 1 ? 0 : i, positions[i] = seqs == 1 ? i : 0;
  auto* d_table = device(table);
  auto* d_seq = device(sequence);
  auto* d_pos = device(positions);
  auto* d_context = device(context);
  auto* rot = device<float>((size_t)rows * D);
  CHECK(cudaMemset(rot, 0, (size_t)rows * D * 4));
  RotateParams p{{pool, d_table, block_bytes, 0, BT, G, D, blocks / seqs},
                 qkv,
                 rot,
                 d_pos,
                 d_seq,
                 d_context,
                 H,
                 D,
                 0,
                 0};
  int items = (H + G) * (D / 16) + G * D / 8;
  auto enqueue = [&](int i, bool pdl) {
    RotateParams q = p;
    q.kv.layer_offset_bytes = (i % layers) * layer_bytes;
    q.qkv = qkv + (size_t)(i % layers) * rows * cols * 2;
    launch(rotate_and_store_bf16, dim3((items + 127) / 128, rows), 128, 0, q, stream, pdl);
  };
  double plain = time_graph(std::max(layers, 20), false, enqueue),
         pdl = time_graph(std::max(layers, 20), true, enqueue);
  std::vector<double> freq(D / 2, 0.01);
  std::vector<float> one(1, 1.0f);
  auto* d_freq = device(freq);
  auto* d_one = device(one);
  RotaryTableParams t{rot, d_pos, d_freq, d_one, nullptr, rows, D};
  double table_time = time_graph(20, true, [&](int, bool pdl) {
    launch(rotary_table, dim3((rows * D / 2 + 255) / 256), 256, 0, t, stream, pdl);
  });
  double bytes = (double)rows * ((H + G) * D * 4 + G * D * 2 + 2 * G * D * 2);
  printf("rotate %5d rows: %7.2f us  pdl %7.2f us  %6.0f GB/s (%.1f %%), table %.2f us\n", rows, plain, pdl,
         bytes / pdl / 1e3, bytes / pdl / 1e3 / copy_rate * 100, table_time);
  for (void* x : {(void*)pool, (void*)qkv, (void*)rot, (void*)d_table, (void*)d_seq, (void*)d_pos,
                  (void*)d_context, (void*)d_freq, (void*)d_one})
    cudaFree(x);
}

static void bench_prefill(const char* name, const std::vector<int>& lengths, int D, int H, int G) {
  int S = lengths.size(), BT = 64, stride = 1, rows = 0, blocks = 0;
  std::vector<int> first = {0};
  double flops = 0;
  for (int n : lengths) {
    stride = std::max(stride, (n + BT - 1) / BT);
    rows += n;
    blocks += (n + BT - 1) / BT;
    first.push_back(rows);
    flops += 4.0 * H * D * n * (double)n / 2;
  }
  std::vector<int> table((size_t)S * stride, 0);
  int taken = 0;
  for (int s = 0; s < S; s++)
    for (int i = 0; i < (lengths[s] + BT - 1) / BT; i++) table[(size_t)s * stride + i] = taken++;
  int64_t block_bytes = (int64_t)2 * G * BT * D * 2;
  auto* pool = random_data<uint8_t>(blocks * block_bytes);
  auto* qkv = random_data<uint8_t>((size_t)rows * (H + 2 * G) * D * 2);
  auto* out = device<uint16_t>((size_t)rows * H * D);
  auto* d_first = device(first);
  auto* d_context = device(lengths);
  auto* d_table = device(table);
  KvView kv{pool, d_table, block_bytes, 0, BT, G, D, stride};
  PagedParams p{kv, out, qkv, d_first, d_context, nullptr, nullptr, rows, H, 0, 1 / sqrtf(D), H / G, 0};
  auto with = [&](const PrefillVariant& v, const char* kind) {
    if (v.head_dim != D) return;
    std::vector<std::pair<int, std::pair<int, int>>> tiles;
    for (int s = 0; s < S; s++)
      for (int t = 0; t * v.q_rows < lengths[s]; t++)
        tiles.push_back({-std::min(lengths[s], (t + 1) * v.q_rows), {s, t}});
    std::sort(tiles.begin(), tiles.end());
    std::vector<int> flat;
    for (auto& t : tiles) flat.push_back(t.second.first), flat.push_back(t.second.second);
    auto* d_tiles = device(flat);
    p.tiles = d_tiles;
    double us = time_graph(10, true, [&](int, bool pdl) {
      launch(v.kernel[0], dim3(H, tiles.size()), v.threads, v.shared, p, stream, pdl);
    });
    printf("%s %-14s hd %3d %2d/%d: %9.2f us  %6.1f TFLOP/s\n", kind, name, D, H, G, us, flops / us / 1e6);
    cudaFree(d_tiles);
  };
  for (auto& v : prefill_variants) with(v, "prefill  ");
  for (auto& v : prefill90_variants) with(v, "prefill90");
  for (void* x : {(void*)pool, (void*)qkv, (void*)out, (void*)d_first, (void*)d_context, (void*)d_table})
    cudaFree(x);
}

static void bench_dense(int groups, int length, int D, int H) {
  int rows = groups * length;
  std::vector<int> start;
  for (int i = 0; i <= groups; i++) start.push_back(i * length);
  auto* qkv = random_data<uint8_t>((size_t)rows * 3 * H * D * 2);
  auto* out = device<uint16_t>((size_t)rows * H * D);
  auto* d_start = device(start);
  DenseParams p{out, qkv, d_start, nullptr, nullptr, rows, H, H, D, 1 / sqrtf(D), 0};
  double flops = 4.0 * H * D * length * (double)length * groups;
  auto with = [&](const DenseVariant& v, const char* kind) {
    if (v.head_dim != D) return;
    std::vector<int> flat;
    for (int i = 0; i < groups; i++)
      for (int t = 0; t * v.q_rows < length; t++) flat.push_back(i), flat.push_back(t);
    auto* d_tiles = device(flat);
    p.tiles = d_tiles;
    double us = time_graph(10, true, [&](int, bool pdl) {
      launch(v.kernel[0], dim3(H, flat.size() / 2), v.threads, v.shared, p, stream, pdl);
    });
    printf("%s %d x %d hd %3d heads %d: %9.2f us  %6.1f TFLOP/s\n", kind, groups, length, D, H, us,
           flops / us / 1e6);
    cudaFree(d_tiles);
  };
  for (auto& v : dense_variants) with(v, "dense  ");
  for (auto& v : dense90_variants) with(v, "dense90");
  for (void* x : {(void*)qkv, (void*)out, (void*)d_start}) cudaFree(x);
}

static void measure_copy() {
  cudaDeviceProp prop;
  CHECK(cudaGetDeviceProperties(&prop, 0));
  sms = prop.multiProcessorCount;
  CHECK(cudaStreamCreate(&stream));
  size_t n = 2ull << 30;
  auto* a = random_data<uint8_t>(n);
  auto* b = device<uint8_t>(n);
  std::vector<double> rates;
  for (int i = 0; i < 8; i++) {
    cudaEvent_t x, y;
    CHECK(cudaEventCreate(&x));
    CHECK(cudaEventCreate(&y));
    CHECK(cudaEventRecord(x, stream));
    CHECK(cudaMemcpyAsync(b, a, n, cudaMemcpyDeviceToDevice, stream));
    CHECK(cudaEventRecord(y, stream));
    CHECK(cudaEventSynchronize(y));
    float ms;
    CHECK(cudaEventElapsedTime(&ms, x, y));
    rates.push_back(2.0 * n / ms / 1e6);
  }
  cudaFree(a);
  cudaFree(b);
  std::sort(rates.begin(), rates.end());
  copy_rate = rates[4];
  printf("%s, %d SMs, copy %.0f GB/s\n", prop.name, sms, copy_rate);
}

// usage: attention_times LENGTHS.csv
int main(int argc, char** argv) {
  if (argc != 2) {
    printf("usage: attention_times LENGTHS.csv\n");
    return 1;
  }
  lengths_file = argv[1];
  measure_copy();
  for (int rows : {1, 16, 64, 256, 2048, 8192}) bench_rotary(rows, 128, 32, 8);
  bench_decode("b64 x 2048", std::vector<int>(64, 2048), 128, 32, 8, 64);
  bench_decode("b256 x 512", std::vector<int>(256, 512), 128, 32, 8, 64);
  bench_decode("b64 x 512", std::vector<int>(64, 512), 128, 32, 8, 64);
  bench_decode("b16 x 512", std::vector<int>(16, 512), 128, 32, 8, 64);
  bench_decode("b1 x 512", std::vector<int>(1, 512), 128, 32, 8, 64);
  bench_decode("b1 x 8192", std::vector<int>(1, 8192), 128, 32, 8, 64);
  bench_decode("b4 x 512", std::vector<int>(4, 512), 128, 32, 8, 64);
  bench_decode("b256 sharegpt", sharegpt(256), 128, 32, 8, 64);
  bench_decode("b64 sharegpt", sharegpt(64), 128, 32, 8, 64);
  bench_decode("b64 x 2048", std::vector<int>(64, 2048), 128, 32, 8, 16);
  bench_decode("b64 x 2048", std::vector<int>(64, 2048), 128, 28, 4, 64);
  bench_decode("b64 x 2048", std::vector<int>(64, 2048), 128, 32, 2, 64);
  bench_decode("b64 x 2048", std::vector<int>(64, 2048), 64, 32, 8, 64);
  bench_decode("b64 x 2048", std::vector<int>(64, 2048), 96, 32, 32, 64);
  bench_decode("b64 x 2048", std::vector<int>(64, 2048), 80, 32, 8, 64);
  bench_decode("b64 x 2048", std::vector<int>(64, 2048), 256, 16, 8, 64);
  for (int s : {512, 1024, 2048, 4096, 8192})
    bench_prefill((std::to_string(s) + " x 1").c_str(), {s}, 128, 32, 8);
  bench_prefill("2048 x 4", {2048, 2048, 2048, 2048}, 128, 32, 8);
  bench_prefill("sharegpt x 24", sharegpt(24), 128, 32, 8);
  for (int D : {64, 80, 96, 256}) bench_prefill("4096 x 1", {4096}, D, 32, 8);
  bench_dense(13, 1025, 64, 16);
  bench_dense(1, 1025, 64, 16);
  for (int D : {72, 80, 88, 96, 128}) bench_dense(13, 1025, D, 16);
  return 0;
}
