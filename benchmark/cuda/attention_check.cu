// Checks of the attention kernels against float64.
#include "attention_harness.cuh"

static std::mt19937 rng(12345);
static int failures = 0, checks = 0;
static double worst = 0;
static int sms;

struct Case {
  int f16, head_dim, heads, kv_heads, block_tokens, window, rotary_dim, interleaved;
  std::vector<int> context, fresh;  // per sequence; decode sequences first; context 0 = padding
  int decode = 0;                   // sequences for the decode kernel
  std::string text() const {
    char buffer[200];
    snprintf(buffer, 200, "%s hd %d heads %d/%d bt %d win %d rot %d%s seqs %zu dec %d ctx0 %d new0 %d",
             f16 ? "f16" : "bf16", head_dim, heads, kv_heads, block_tokens, window, rotary_dim,
             interleaved ? "i" : "h", context.size(), decode, context[0], fresh[0]);
    return buffer;
  }
};

static void report(const std::string& what, double error, double limit, bool always = false) {
  checks++;
  bool bad = !(error < limit);
  if (bad) failures++;
  if (limit > 1e-4) worst = std::max(worst, error);
  if (bad || always) printf("%s %-90s %.3g\n", bad ? "BAD " : "ok  ", what.c_str(), error);
}

static float normal() {
  static std::normal_distribution<float> d;
  return d(rng);
}

static void run(const Case& c) {
  int S = c.context.size(), D = c.head_dim, H = c.heads, G = c.kv_heads, BT = c.block_tokens;
  int rows = 0;
  std::vector<int> first_token(S + 1), token_sequence, positions;
  for (int s = 0; s < S; s++) {
    first_token[s] = rows;
    for (int i = 0; i < c.fresh[s]; i++) {
      token_sequence.push_back(s);
      positions.push_back(c.context[s] == 0 ? 0 : c.context[s] - c.fresh[s] + i);
    }
    rows += c.fresh[s];
  }
  first_token[S] = rows;
  int stride = 1, blocks = 0;
  for (int s = 0; s < S; s++) stride = std::max(stride, (c.context[s] + BT - 1) / BT + 1);
  for (int s = 0; s < S; s++) blocks += (c.context[s] + BT - 1) / BT;
  blocks += 3;
  std::vector<int> order(blocks);
  for (int i = 0; i < blocks; i++) order[i] = i;
  std::shuffle(order.begin(), order.end(), rng);
  std::vector<int> table(S * stride, 0x7fffffff);
  int taken = 0;
  for (int s = 0; s < S; s++)
    for (int i = 0; i < (c.context[s] + BT - 1) / BT; i++) table[s * stride + i] = order[taken++];

  int layers = 2, layer = 1;
  int64_t layer_bytes = (int64_t)2 * G * BT * D * 2, block_bytes = (layer_bytes * layers + 255) / 256 * 256;
  std::vector<uint16_t> pool(blocks * block_bytes / 2, 0xffff);
  auto place = [&](int s, int pos, int side, int head, int d) -> size_t {
    int b = table[s * stride + pos / BT], t = pos % BT;
    int e = D % 64 == 0 ? (d / 64 * BT + t) * 64 + ((d / 8 & 7) ^ (t & 7)) * 8 + d % 8 : t * D + d;
    return ((size_t)b * block_bytes + layer * layer_bytes) / 2 + ((size_t)side * G + head) * BT * D + e;
  };
  int cols = (H + 2 * G) * D;
  std::vector<uint16_t> qkv((size_t)rows * cols);
  for (auto& x : qkv) x = to_bits(normal(), c.f16);
  for (int s = 0; s < S; s++)
    for (int pos = 0; pos < c.context[s] - c.fresh[s]; pos++)
      for (int side = 0; side < 2; side++)
        for (int h = 0; h < G; h++)
          for (int d = 0; d < D; d++) pool[place(s, pos, side, h, d)] = to_bits(normal(), c.f16);

  // rotary
  int pairs = c.rotary_dim / 2;
  std::vector<double> freq(2 * pairs);
  for (int i = 0; i < pairs; i++) {
    freq[i] = pow(10000.0, -(double)i / pairs);
    freq[pairs + i] = pow(500000.0, -(double)i / pairs);
  }
  std::vector<float> factors = {1.0f, 1.25f};
  std::vector<int> sets(rows);
  for (auto& x : sets) x = rng() % 2;
  auto* d_positions = device(positions);
  auto* d_token_sequence = device(token_sequence);
  auto* d_first = device(first_token);
  auto* d_context = device(c.context);
  auto* d_table = device(table);
  auto* d_pool = device(pool);
  auto* d_qkv = device(qkv);
  auto* d_freq = device(freq);
  auto* d_factors = device(factors);
  auto* d_sets = device(sets);
  std::vector<float> nan_rows((size_t)rows * c.rotary_dim, NAN);
  auto* d_rot = device(nan_rows);
  KvView kv{(uint8_t*)d_pool, d_table, block_bytes, layer * layer_bytes, BT, G, D, stride};
  RotaryTableParams rt{d_rot, d_positions, d_freq, d_factors, d_sets, rows, c.rotary_dim};
  launch(rotary_table, dim3((rows * pairs + 255) / 256), 256, 0, rt, 0, false);
  RotateParams rp{kv,        d_qkv, d_rot,        d_positions,   d_token_sequence,
                  d_context, H,     c.rotary_dim, c.interleaved, 0};
  int unit = D % 8 == 0 && c.rotary_dim % (c.interleaved ? 8 : 16) == 0 ? 8 : 1;
  int turned = c.interleaved && unit == 8 ? c.rotary_dim / 8 : pairs / unit;
  int items = (H + G) * (turned + (D - c.rotary_dim) / unit) + G * D / unit;
  launch(c.f16 ? rotate_and_store_f16 : rotate_and_store_bf16, dim3((items + 127) / 128, rows), 128, 0, rp, 0,
         false);
  CHECK(cudaDeviceSynchronize());
  auto rot = host(d_rot, (size_t)rows * c.rotary_dim);
  double table_error = 0;
  for (int r = 0; r < rows; r++)
    for (int i = 0; i < pairs; i++) {
      double a = positions[r] * freq[sets[r] * pairs + i], f = factors[sets[r]];
      table_error = std::max(table_error, fabs(rot[(size_t)r * 2 * pairs + i] - cos(a) * f));
      table_error = std::max(table_error, fabs(rot[(size_t)r * 2 * pairs + pairs + i] - sin(a) * f));
      if (std::isnan(rot[(size_t)r * 2 * pairs + i])) table_error = 1e9;
    }
  report(c.text() + " rotary table", table_error, 1e-6);
  auto qkv_after = host(d_qkv, qkv.size());
  auto pool_after = host(d_pool, pool.size());
  double rotate_error = 0;
  for (int r = 0; r < rows; r++) {
    int s = token_sequence[r];
    if (c.context[s] == 0) {
      if (memcmp(&qkv[(size_t)r * cols], &qkv_after[(size_t)r * cols], cols * 2)) rotate_error = 1e9;
      continue;
    }
    for (int h = 0; h < H + 2 * G; h++) {
      std::vector<double> x(D), y(D);
      for (int d = 0; d < D; d++) y[d] = x[d] = from_bits(qkv[(size_t)r * cols + h * D + d], c.f16);
      if (h < H + G)
        for (int i = 0; i < pairs; i++) {
          int a = c.interleaved ? 2 * i : i, b = c.interleaved ? 2 * i + 1 : i + pairs;
          double co = rot[(size_t)r * 2 * pairs + i], si = rot[(size_t)r * 2 * pairs + pairs + i];
          y[a] = x[a] * co - x[b] * si;
          y[b] = x[b] * co + x[a] * si;
        }
      for (int d = 0; d < D; d++) {
        uint16_t got = qkv_after[(size_t)r * cols + h * D + d];
        double e = fabs(from_bits(got, c.f16) - y[d]) / (1e-2 + fabs(y[d]));
        if (!(e <= rotate_error)) rotate_error = std::isnan(e) ? 1e9 : e;
        if (h >= H) {
          size_t at = place(s, positions[r], h >= H + G, h >= H + G ? h - H - G : h - H, d);
          if (pool_after[at] != got) rotate_error = 1e9;
          pool[at] = got;
        }
      }
    }
  }
  if (memcmp(pool.data(), pool_after.data(), pool.size() * 2)) rotate_error = 1e9;
  report(c.text() + " rotate and store", rotate_error, 6e-3);

  // reference
  double scale = 2 / sqrt((double)D);
  std::vector<double> expected((size_t)rows * H * D, NAN);
  std::vector<char> chosen(rows, 0);
  for (int s = 0; s < S; s++) {
    if (c.context[s] == 0) continue;
    for (int i = 0; i < c.fresh[s]; i++) {
      int left = c.fresh[s] - 1 - i;
      chosen[first_token[s] + i] = c.fresh[s] < 40 || i < 3 || left < 3 || rng() % c.fresh[s] < 30;
    }
  }
  parallel(rows, [&](int r) {
    if (!chosen[r]) return;
    int s = token_sequence[r], end = positions[r] + 1, begin = c.window ? std::max(0, end - c.window) : 0;
    std::vector<double> w(end);
    for (int h = 0; h < H; h++) {
      int g = h / (H / G);
      double top = -1e300, sum = 0;
      for (int pos = begin; pos < end; pos++) {
        double dot = 0;
        size_t row0 = place(s, pos, 0, g, 0);
        (void)row0;
        for (int d = 0; d < D; d++)
          dot += (double)from_bits(qkv_after[(size_t)r * cols + h * D + d], c.f16) *
                 from_bits(pool[place(s, pos, 0, g, d)], c.f16);
        w[pos] = dot * scale;
        top = std::max(top, w[pos]);
      }
      for (int pos = begin; pos < end; pos++) sum += w[pos] = exp(w[pos] - top);
      double* out = &expected[((size_t)r * H + h) * D];
      for (int d = 0; d < D; d++) out[d] = 0;
      for (int pos = begin; pos < end; pos++)
        for (int d = 0; d < D; d++) out[d] += w[pos] / sum * from_bits(pool[place(s, pos, 1, g, d)], c.f16);
    }
  });

  std::vector<uint16_t> poison((size_t)rows * H * D, 0xffff);
  auto* d_out = device(poison);
  auto compare = [&](const char* name, int row0, int row1) {
    CHECK(cudaGetLastError());
    CHECK(cudaDeviceSynchronize());
    auto out = host(d_out, poison.size());
    double diff = 0, norm = 0, max_row = 0;
    for (int r = 0; r < rows; r++) {
      bool live = r >= row0 && r < row1 && c.context[token_sequence[r]] > 0;
      for (int h = 0; h < H; h++) {
        double row_diff = 0, row_norm = 0;
        for (int d = 0; d < D; d++) {
          size_t at = ((size_t)r * H + h) * D + d;
          float got = from_bits(out[at], c.f16);
          if (!live) {
            if (out[at] != 0xffff && out[at] != 0) row_diff = 1e9;
          } else if (std::isnan(got)) {
            row_diff = 1e9;
          } else if (chosen[r]) {
            row_diff += (got - expected[at]) * (got - expected[at]);
            row_norm += expected[at] * expected[at];
          }
        }
        diff += row_diff;
        norm += row_norm;
        if (row_norm > 0) max_row = std::max(max_row, sqrt(row_diff / row_norm));
      }
    }
    report(c.text() + " " + name, norm > 0 || diff > 0 ? sqrt(diff / std::max(norm, 1e-30)) : 0, 1e-2);
    report(c.text() + " " + name + " worst row", max_row, 3e-2);
    CHECK(cudaMemset(d_out, 0xff, poison.size() * 2));
  };

  PagedParams pp{kv, d_out,    d_qkv,        d_first, d_context, d_token_sequence, nullptr, rows,
                 H,  c.window, (float)scale, H / G,   0};
  launch(c.f16 ? attention_plain_paged_f16 : attention_plain_paged_bf16, dim3((rows * H + 3) / 4), 128, 0, pp,
         0, false);
  compare("plain", 0, rows);

  if (c.decode > 0) {
    std::vector<int> tile_start(c.decode + 1);
    for (int s = 0; s < c.decode; s++)
      tile_start[s + 1] = tile_start[s] + decode_tiles(c.context[s], c.window);
    auto* d_tiles = device(tile_start);
    // With the table the kernel itself rotates and stores the new tokens.
    bool turns = c.interleaved ? c.rotary_dim % 4 == 0 : c.rotary_dim == D;
    auto before = pool_after;
    for (int s = 0; s < c.decode; s++)
      for (int side = 0; side < 2 && c.context[s] > 0; side++)
        for (int h = 0; h < G; h++)
          for (int d = 0; d < D; d++) before[place(s, c.context[s] - 1, side, h, d)] = 0xffff;
    auto* d_new = device(qkv);
    for (auto& v : decode_variants) {
      if (v.head_dim != D || v.heads < H / G) continue;
      for (int with_table = 0; with_table <= turns; with_table++) {
        for (int grid : {sms, 1, 37}) {
          std::vector<uint32_t> empty((size_t)grid * 2 * v.heads * D, 0xffffffffu);
          auto* d_partials = device(empty);
          DecodeParams dp{kv, d_out, d_qkv, d_context, d_tiles, (float*)d_partials, nullptr,
                          c.decode, H, c.window, (float)scale, H / G, c.rotary_dim, c.interleaved, 1};
          if (with_table) {
            dp.qkv = d_new;
            dp.table = d_rot;
            CHECK(cudaMemcpy(d_pool, before.data(), before.size() * 2, cudaMemcpyHostToDevice));
          }
          std::string name = c.text() + " decode x" + std::to_string(v.heads) + " grid " +
                             std::to_string(grid) + (with_table ? " with table" : "");
          std::vector<uint16_t> once;
          for (int repeat = 0; repeat < 2; repeat++) {
            launch(v.kernel[c.f16], dim3(grid), v.threads, v.shared, dp, 0, false);
            CHECK(cudaDeviceSynchronize());
            auto out = host(d_out, poison.size());
            if (repeat == 1 && memcmp(out.data(), once.data(), out.size() * 2))
              report(name + " differs from run to run", 1, 1e-9);
            once = out;
            compare(name.substr(c.text().size() + 1).c_str(), 0, first_token[c.decode]);
          }
          if (host(d_partials, empty.size()) != empty) report(name + " leaves partials", 1, 1e-9);
          auto after = host(d_pool, pool.size());
          double stored = 0;
          for (size_t i = 0; i < after.size(); i++) {
            if (after[i] == pool_after[i]) continue;
            if (before[i] == pool_after[i] || !with_table) {
              stored = 1e9;
              continue;
            }
            float x = from_bits(after[i], c.f16), y = from_bits(pool_after[i], c.f16);
            double e = fabs(x - y) / (1e-2 + fabs(y));
            stored = std::isnan(e) ? 1e9 : std::max(stored, e);
          }
          report(name + " cache", stored, 8e-3);
          CHECK(cudaMemcpy(d_pool, pool_after.data(), pool.size() * 2, cudaMemcpyHostToDevice));
          cudaFree(d_partials);
        }
      }
    }
    cudaFree(d_new);
    cudaFree(d_tiles);
  }
  auto prefill = [&](const PrefillVariant& v, const char* name) {
    if (v.head_dim != D) return;
    std::vector<std::pair<int, int>> tiles;
    for (int s = 0; s < S; s++)
      for (int t = 0; t * v.q_rows < c.fresh[s]; t++) tiles.push_back({s, t});
    std::shuffle(tiles.begin(), tiles.end(), rng);
    std::vector<int> flat;
    for (auto& t : tiles) flat.push_back(t.first), flat.push_back(t.second);
    auto* d_tiles = device(flat);
    PagedParams q = pp;
    q.tiles = d_tiles;
    launch(v.kernel[c.f16], dim3(H, tiles.size()), v.threads, v.shared, q, 0, false);
    compare(name, 0, rows);
    cudaFree(d_tiles);
  };
  for (auto& v : prefill_variants) prefill(v, "prefill");
  for (auto& v : prefill90_variants) prefill(v, "prefill90");
  for (void* p : {(void*)d_positions, (void*)d_token_sequence, (void*)d_first, (void*)d_context,
                  (void*)d_table, (void*)d_pool, (void*)d_qkv, (void*)d_freq, (void*)d_factors, (void*)d_sets,
                  (void*)d_rot, (void*)d_out})
    CHECK(cudaFree(p));
}

static void run_dense(int f16, int D, int H, int G, const std::vector<int>& lengths) {
  std::vector<int> start = {0}, row_group;
  for (int i = 0; i < (int)lengths.size(); i++) {
    for (int j = 0; j < lengths[i]; j++) row_group.push_back(i);
    start.push_back(start.back() + lengths[i]);
  }
  int rows = start.back(), cols = (H + 2 * G) * D;
  std::vector<uint16_t> qkv((size_t)rows * cols), poison((size_t)rows * H * D, 0xffff);
  for (auto& x : qkv) x = to_bits(normal(), f16);
  double scale = 2 / sqrt((double)D);
  std::vector<double> expected((size_t)rows * H * D);
  std::vector<char> chosen(rows);
  for (int r = 0; r < rows; r++) {
    int i = r - start[row_group[r]], n = lengths[row_group[r]];
    chosen[r] = n < 40 || i < 2 || i >= n - 2 || rng() % n < 20;
  }
  parallel(rows, [&](int r) {
    if (!chosen[r]) return;
    int b = start[row_group[r]], e = start[row_group[r] + 1];
    std::vector<double> w(e - b);
    for (int h = 0; h < H; h++) {
      int g = h / (H / G);
      double top = -1e300, sum = 0;
      for (int j = b; j < e; j++) {
        double dot = 0;
        for (int d = 0; d < D; d++)
          dot += (double)from_bits(qkv[(size_t)r * cols + h * D + d], f16) *
                 from_bits(qkv[(size_t)j * cols + (H + g) * D + d], f16);
        top = std::max(top, w[j - b] = dot * scale);
      }
      for (auto& x : w) sum += x = exp(x - top);
      double* out = &expected[((size_t)r * H + h) * D];
      for (int j = b; j < e; j++)
        for (int d = 0; d < D; d++)
          out[d] += w[j - b] / sum * from_bits(qkv[(size_t)j * cols + (H + G + g) * D + d], f16);
    }
  });
  auto* d_qkv = device(qkv);
  auto* d_out = device(poison);
  auto* d_start = device(start);
  auto* d_group = device(row_group);
  auto compare = [&](const char* name) {
    CHECK(cudaGetLastError());
    CHECK(cudaDeviceSynchronize());
    auto out = host(d_out, poison.size());
    double diff = 0, norm = 0;
    for (size_t at = 0; at < out.size(); at++) {
      float got = from_bits(out[at], f16);
      if (std::isnan(got))
        diff += 1e9;
      else if (chosen[at / (H * D)])
        diff += (got - expected[at]) * (got - expected[at]), norm += expected[at] * expected[at];
    }
    report(std::string("dense ") + name + " hd " + std::to_string(D) + " heads " + std::to_string(H) + "/" +
               std::to_string(G) + (f16 ? " f16" : " bf16") + " n0 " + std::to_string(lengths[0]),
           sqrt(diff / norm), 1e-2);
    CHECK(cudaMemset(d_out, 0xff, poison.size() * 2));
  };
  DenseParams dp{d_out, d_qkv, d_start, nullptr, d_group, rows, H, G, D, (float)scale, 0};
  launch(f16 ? attention_plain_dense_f16 : attention_plain_dense_bf16, dim3((rows * H + 3) / 4), 128, 0, dp,
         0, false);
  compare("plain");
  auto tensor = [&](const DenseVariant& v, const char* name) {
    if (v.head_dim != D) return;
    std::vector<int> flat;
    for (int i = 0; i < (int)lengths.size(); i++)
      for (int t = 0; t * v.q_rows < lengths[i]; t++) flat.push_back(i), flat.push_back(t);
    auto* d_tiles = device(flat);
    dp.tiles = d_tiles;
    launch(v.kernel[f16], dim3(H, flat.size() / 2), v.threads, v.shared, dp, 0, false);
    compare(name);
    cudaFree(d_tiles);
  };
  for (auto& v : dense_variants) tensor(v, "tensor");
  for (auto& v : dense90_variants) tensor(v, "tensor90");
  cudaFree(d_qkv), cudaFree(d_out), cudaFree(d_start), cudaFree(d_group);
}

int main(int argc, char** argv) {
  rng.seed(argc > 1 ? atoi(argv[1]) : std::random_device()());
  bool quick = argc > 2;
  cudaDeviceProp prop;
  CHECK(cudaGetDeviceProperties(&prop, 0));
  sms = prop.multiProcessorCount;
  // small heads, plain only
  for (int D : {1, 2, 24, 33, 40, 88, 256})
    for (int inter : {0, 1}) {
      int rot = D < 2 ? 0 : D == 33 ? 20 : D == 40 ? 24 : D == 88 ? 64 : D & ~1;
      if (rot == 0) continue;
      Case c{(int)(rng() % 2), D, 6, 2, 16, 0, rot, inter, {17, 1, 0, 70, 33}, {1, 1, 1, 20, 33}, 0};
      run(c);
      c.window = 13;
      run(c);
    }
  std::vector<int> borders = {1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 1000, 0, 0, 500, 31};
  int n = 0;
  for (int D : {64, 80, 96, 128, 256})
    for (int group : {1, 2, 4, 7, 8, 12, 16})
      for (int bt : {16, 64, 128, 48}) {
        if (bt == 48 && group != 4) continue;
        n++;
        if (quick && n % 5) continue;
        Case c{n % 2,
               D,
               2 * group,
               2,
               bt,
               0,
               n % 3 == 0 ? D / 2 : D,
               n % 4 == 3,
               borders,
               std::vector<int>(borders.size(), 1),
               (int)borders.size()};
        if (n % 5 == 1) c.window = 100;
        if (n % 5 == 2) c.window = 1;
        run(c);
        // decode sequences, then chunks with earlier context
        c.context = {200, 0, 33, 1, 17, 64, 65, 130, 300, 700, 129, 999};
        c.fresh = {1, 1, 1, 1, 17, 63, 2, 130, 100, 513, 128, 1};
        c.decode = 4;
        c.window = n % 2 ? 0 : n % 3 ? 50 : 200;
        run(c);
      }
  for (int D : {64, 72, 80, 88, 96, 128, 40})
    for (int f16 : {0, 1}) {
      run_dense(f16, D, 4, 4, {1, 17, 64, 65, 127, 128, 129, 1025});
      run_dense(f16, D, 4, 2, {300, 5});
    }
  printf("%d checks, %d failures, worst %.3g\n", checks, failures, worst);
  return failures != 0;
}
