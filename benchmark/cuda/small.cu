// checks and times of norm, rows, elementwise, image
#include "elementwise.cu"
#include "image.cu"
#include "norm.cu"
#include "rows.cu"
#include "small_common.h"

static std::mt19937_64 rng(std::random_device{}());
static int SMS = 132;
template <typename T>
T from(float x);
template <>
bf16 from(float x) {
  return __float2bfloat16(x);
}
template <>
f16 from(float x) {
  return __float2half(x);
}
template <>
float from(float x) {
  return x;
}
static double d(bf16 x) { return __bfloat162float(x); }
static double d(f16 x) { return __half2float(x); }
static double d(float x) { return x; }
template <typename T>
std::vector<T> rnd(size_t n, double scale = 1) {
  std::normal_distribution<float> g(0, scale);
  std::vector<T> v(n);
  for (auto& x : v) x = from<T>(g(rng));
  return v;
}
template <typename T>
double eps() {
  return std::is_same<T, bf16>::value ? 0.5 / 128 : std::is_same<T, f16>::value ? 0.5 / 1024 : 1e-6;
}
// element by element: half an ulp of the type plus a float's error
template <typename T>
void compare(const char* name, const std::vector<T>& got, const std::vector<double>& want, double slack,
             std::string what) {
  double worst = 0;
  size_t at = 0;
  bool nan = false;
  for (size_t i = 0; i < got.size(); i++) {
    double e = std::fabs(d(got[i]) - want[i]) / (std::fabs(want[i]) * eps<T>() + slack);
    if (!(e <= 1e30)) {
      nan = true;
      at = i;
      break;
    }
    if (e > worst) {
      worst = e;
      at = i;
    }
  }
  check(!nan && worst <= 1.02, "%s %s: at %zu got %g want %g (ratio %g)", name, what.c_str(), at, d(got[at]),
        want[at], worst);
}
static int norm_threads(int columns) { return std::min(1024, std::max(32, (columns + 255) / 256 * 32)); }
static int norm_blocks(int rows, int threads) { return std::min(rows, SMS * std::max(1, 1024 / threads)); }

template <typename T>
void norms(void (*rms)(RmsNorm), void (*addk)(AddRmsNorm), void (*layer)(LayerNorm),
           void (*cols)(RmsNormColumns), const char* type) {
  for (int columns : {1, 2, 5, 8, 64, 96, 127, 1021, 1024, 2048, 3200, 4096, 5120, 8192, 12288})
    for (int rows : {1, 3, 17, 700})
      for (int in_place = 0; in_place < 2; in_place++) {
        size_t n = (size_t)rows * columns;
        double scale = rows == 3 ? 1e3 : rows == 17 ? 1e-3 : 1;
        float e = rows == 17 ? 1e-6f : 1e-5f;
        auto x = rnd<T>(n, scale), r = rnd<T>(n, scale);
        auto w = rnd<float>(columns), b = rnd<float>(columns);
        Dev<T> dx(x), dr(r), out(n);
        Dev<float> dw(w), db(b);
        T* o = in_place ? dx.p : out.p;
        int th = norm_threads(columns), bl = norm_blocks(rows, th);
        std::string what = std::string(type) + " " + std::to_string(rows) + "x" + std::to_string(columns);
        std::vector<double> want(n), sum(n), wl(n), wa(n);
        for (int i = 0; i < rows; i++) {
          double s = 0, m = 0, v = 0, sa = 0;
          for (int c = 0; c < columns; c++) {
            size_t k = (size_t)i * columns + c;
            s += d(x[k]) * d(x[k]);
            m += d(x[k]);
            sum[k] = d(x[k]) + d(r[k]);
            double q = d(from<T>((float)sum[k]));
            sa += q * q;
          }
          m /= columns;
          for (int c = 0; c < columns; c++) {
            double q = d(x[(size_t)i * columns + c]) - m;
            v += q * q;
          }
          for (int c = 0; c < columns; c++) {
            size_t k = (size_t)i * columns + c;
            want[k] = d(x[k]) / std::sqrt(s / columns + e) * w[c];
            wl[k] = (d(x[k]) - m) / std::sqrt(v / columns + e) * w[c] + b[c];
            wa[k] = d(from<T>((float)sum[k])) / std::sqrt(sa / columns + e) * w[c];
          }
        }
        launch(rms, dim3(bl), th, RmsNorm{dx.p, dw.p, o, rows, columns, e});
        CK(cudaDeviceSynchronize());
        compare<T>("rms_norm", in_place ? dx.down() : out.down(), want, 3e-6, what);
        dx.up(x);
        launch(layer, dim3(bl), th, LayerNorm{dx.p, dw.p, db.p, o, rows, columns, e});
        CK(cudaDeviceSynchronize());
        // mean in float: error relative to the values' size
        compare<T>("layer_norm", in_place ? dx.down() : out.down(), wl, 2e-5, what);
        dx.up(x);
        launch(addk, dim3(bl), th, AddRmsNorm{dr.p, dx.p, dw.p, o, rows, columns, e});
        CK(cudaDeviceSynchronize());
        compare<T>("add_rms_norm", in_place ? dx.down() : out.down(), wa, 3e-6, what);
        compare<T>("add_rms_norm residual", dr.down(), sum, 1e-7 * scale, what);
      }
  for (int size : {1, 33, 64, 96, 128, 256, 512, 520, 3200})
    for (int groups : {1, 2, 5})
      for (int fromc : {0, 3, 128})
        for (int rows : {1, 7, 100}) {
          int columns = fromc + groups * size + (size % 4 == 0 && fromc % 4 == 0 ? 64 : 2);
          size_t n = (size_t)rows * columns;
          auto x = rnd<T>(n);
          auto w = rnd<float>(size);
          Dev<T> dx(x);
          Dev<float> dw(w);
          std::vector<double> want(n);
          for (size_t i = 0; i < n; i++) want[i] = d(x[i]);
          for (int i = 0; i < rows; i++)
            for (int g = 0; g < groups; g++) {
              size_t k = (size_t)i * columns + fromc + g * size;
              double s = 0;
              for (int c = 0; c < size; c++) s += d(x[k + c]) * d(x[k + c]);
              for (int c = 0; c < size; c++) want[k + c] = d(x[k + c]) / std::sqrt(s / size + 1e-6f) * w[c];
            }
          int bl =
              size <= 512 ? std::max(1, (int)((rows * groups + 7) / 8 / (1 + rng() % 4))) : rows * groups;
          launch(cols, dim3(bl), 256, RmsNormColumns{dx.p, dw.p, rows, columns, fromc, groups, size, 1e-6f});
          CK(cudaDeviceSynchronize());
          compare<T>("rms_norm_columns", dx.down(), want, 3e-6,
                     std::string(type) + " " + std::to_string(rows) + " x " + std::to_string(groups) +
                         " of " + std::to_string(size) + " from " + std::to_string(fromc));
        }
}

static double act(double x, int f) {
  switch (f) {
    case 1:
      return x / (1 + std::exp(-x));
    case 2:
      return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
    case 3:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case 4:
      return x / (1 + std::exp(-1.702 * x));
    case 5:
      return std::max(x, 0.0);
    default:
      return x;
  }
}
template <typename T>
void elementwise_checks(void (*ak)(ActivationOf), void (*gk)(Gated), void (*adk)(AddRows), const char* type) {
  for (int columns : {1, 5, 8, 17, 64, 100, 127, 4096})
    for (int rows : {1, 3, 6, 300}) {
      size_t n = (size_t)rows * columns;
      std::string what = std::string(type) + " " + std::to_string(rows) + "x" + std::to_string(columns);
      for (int f = 0; f < 6; f++) {
        auto x = rnd<T>(n, 4);
        float corners[] = {0, -0.f, 9, -9, 30, -30, 100, -100, 1000, -1000};
        for (size_t i = 0; i < n && i < 10; i++) x[i] = from<T>(corners[i]);
        std::vector<double> want(n);
        for (size_t i = 0; i < n; i++) want[i] = act(d(x[i]), f);
        Dev<T> dx(x);
        launch(ak, dim3((n + 2047) / 2048), 256, ActivationOf{dx.p, rows, columns, f});
        CK(cudaDeviceSynchronize());
        compare<T>("activation", dx.down(), want, 5e-6, what + " f" + std::to_string(f));
        auto both = rnd<T>(2 * n, 2);
        std::vector<double> wg(n);
        for (int i = 0; i < rows; i++)
          for (int c = 0; c < columns; c++)
            wg[(size_t)i * columns + c] =
                act(d(both[(size_t)i * 2 * columns + c]), f) * d(both[(size_t)i * 2 * columns + columns + c]);
        Dev<T> db(both), out(n);
        launch(gk, dim3((n + 2047) / 2048), 256, Gated{db.p, out.p, rows, columns, f});
        CK(cudaDeviceSynchronize());
        compare<T>("gated", out.down(), wg, 2e-5, what + " f" + std::to_string(f));
      }
      auto x = rnd<T>(n);
      for (int yr : {1, 2, 3, 6, 7}) {
        auto y = rnd<T>((size_t)yr * columns);
        auto yf = rnd<float>((size_t)yr * columns);
        Dev<T> dy(y);
        Dev<float> dyf(yf);
        for (int fl = 0; fl < 2; fl++) {
          std::vector<double> want(n);
          for (size_t i = 0; i < n; i++) {
            size_t k = i % ((size_t)yr * columns);
            want[i] = d(x[i]) + (fl ? yf[k] : d(y[k]));
          }
          Dev<T> dx(x);
          launch(adk, dim3(std::min<size_t>(64, (n + 1023) / 1024)), 256,
                 AddRows{dx.p, fl ? (void*)dyf.p : (void*)dy.p, rows, columns, yr, fl});
          CK(cudaDeviceSynchronize());
          compare<T>("add_rows", dx.down(), want, 1e-6,
                     what + " y " + std::to_string(yr) + " float " + std::to_string(fl));
        }
      }
    }
}
template <typename S, typename D>
void conversions(int st, int dt) {
  for (auto rc : {std::pair<int, int>{1, 1}, {3, 7}, {5, 64}, {1, 4099}, {700, 513}}) {
    size_t n = (size_t)rc.first * rc.second;
    auto x = rnd<S>(n, 100);
    Dev<S> dx(x);
    Dev<D> out(n);
    launch(convert, dim3(std::min<size_t>(100, (n + 255) / 256)), 256,
           Convert{dx.p, out.p, rc.first, rc.second, st, dt});
    CK(cudaDeviceSynchronize());
    auto got = out.down();
    bool ok = true;
    for (size_t i = 0; i < n; i++) ok &= d(got[i]) == d(from<D>((float)d(x[i])));
    check(ok, "convert %d to %d, %d x %d", st, dt, rc.first, rc.second);
  }
}
static void row_checks() {
  for (int columns : {1, 3, 7, 8, 64, 101, 130, 2048, 4096}) {
    int vocab = 211, n = 37;
    std::vector<uint16_t> table(vocab * columns);
    for (auto& v : table) v = rng();
    std::vector<int> ids(n), drawn(16), want(n);
    for (auto& v : drawn) v = rng() % vocab;
    drawn[3] = -1;
    drawn[4] = vocab;
    drawn[5] = -2;
    for (int i = 0; i < n; i++) {
      int m = rng() % 3;
      if (m == 0) {
        int j = i % 16;
        ids[i] = -1 - j;
        want[i] = drawn[j] < 0 || drawn[j] >= vocab ? 0 : drawn[j];
      } else {
        ids[i] = want[i] = rng() % vocab;
      }
    }
    ids[0] = vocab;
    want[0] = 0;
    {
      Dev<uint16_t> t(table), out((size_t)n * columns);
      Dev<int> di(ids), dd(drawn);
      launch(embedding, dim3(n), 256, Embedding{t.p, di.p, dd.p, out.p, n, columns, vocab});
      CK(cudaDeviceSynchronize());
      auto g = out.down();
      bool ok = true;
      for (int i = 0; i < n; i++)
        ok &= !memcmp(&g[(size_t)i * columns], &table[(size_t)want[i] * columns], columns * 2);
      check(ok, "embedding %d", columns);
    }
    {
      Dev<uint16_t> t(table), out((size_t)n * columns);
      Dev<int> di(want);
      launch(gather_rows, dim3(n), 256, IndexedRows{t.p, di.p, out.p, n, columns * 2});
      CK(cudaDeviceSynchronize());
      auto g = out.down();
      bool ok = true;
      for (int i = 0; i < n; i++)
        ok &= !memcmp(&g[(size_t)i * columns], &table[(size_t)want[i] * columns], columns * 2);
      check(ok, "gather %d", columns);
    }
    {
      Dev<uint16_t> t(table), out((size_t)vocab * columns);
      auto before = out.down();
      launch(copy_rows, dim3(3), 256, CopyRows{t.p + 5 * columns, out.p + 2 * columns, 100, columns * 2});
      CK(cudaDeviceSynchronize());
      memcpy(&before[2 * columns], &table[5 * columns], 200 * columns);
      check(out.down() == before, "copy %d", columns);
    }
    for (int padded : {columns, columns + 1, columns + 8}) {
      Dev<uint16_t> t(table), out((size_t)vocab * padded);
      launch(pad_columns, dim3(5), 256, PadColumns{t.p, out.p, vocab, columns, padded});
      CK(cudaDeviceSynchronize());
      auto g = out.down();
      bool ok = true;
      for (int i = 0; i < vocab; i++)
        for (int c = 0; c < padded; c++)
          ok &= g[(size_t)i * padded + c] == (c < columns ? table[(size_t)i * columns + c] : 0);
      check(ok, "pad %d %d", columns, padded);
    }
  }
}
static void image_checks() {
  int images[][5] = {{1, 3, 14, 14, 14}, {2, 3, 28, 42, 14},   {3, 1, 6, 4, 2},   {1, 4, 5, 10, 5},
                     {1, 3, 4, 6, 1},    {2, 3, 448, 448, 14}, {1, 3, 490, 35, 7}};
  for (auto& i : images) {
    int n = i[0], c = i[1], h = i[2], w = i[3], p = i[4];
    size_t total = (size_t)n * c * h * w;
    std::vector<uint16_t> x(total), want(total);
    for (auto& v : x) v = rng();
    int across = w / p, per = h / p * across, cols = c * p * p;
    for (int row = 0; row < n * per; row++)
      for (int col = 0; col < cols; col++) {
        int ch = col / (p * p), y = row % per / across * p + col / p % p, xx = row % across * p + col % p;
        want[(size_t)row * cols + col] = x[((size_t)(row / per * c + ch) * h + y) * w + xx];
      }
    Dev<uint16_t> dx(x), out(total);
    launch(patchify, dim3(n * c * (h / p)), 256, Patchify{dx.p, out.p, n, c, h, w, p});
    CK(cudaDeviceSynchronize());
    check(out.down() == want, "patchify %d %d %d %d %d", n, c, h, w, p);
  }
  int grids[][5] = {{1, 2, 2, 1, 2}, {2, 4, 4, 6, 2}, {1, 16, 16, 33, 2},  {2, 6, 4, 5, 2},
                    {1, 6, 9, 3, 3}, {1, 3, 5, 7, 1}, {3, 32, 32, 1024, 2}};
  for (auto& g : grids)
    for (int v = 1; v <= 2; v++) {
      int n = g[0], h = g[1], w = g[2], c = g[3], f = g[4];
      size_t total = (size_t)n * c * h * w;
      std::vector<uint16_t> x(total), want(total);
      for (auto& q : x) q = rng();
      int down = h / f, across = w / f;
      size_t cols = (size_t)c * f * f;
      for (size_t row = 0; row < total / cols; row++) {
        int place = row % (down * across);
        int py = v == 2 ? place / across : place % down, px = v == 2 ? place % across : place / down;
        for (size_t col = 0; col < cols; col++) {
          int y = py * f + col / (c * f), left = px * f + col / c % f;
          want[row * cols + col] = x[((row / (down * across) * h + y) * w + left) * c + col % c];
        }
      }
      Dev<uint16_t> dx(x), out(total);
      launch(pixel_shuffle, dim3((n * h * w + 7) / 8), 256, PixelShuffle{dx.p, out.p, n, h, w, c, f, v});
      CK(cudaDeviceSynchronize());
      check(out.down() == want, "pixel_shuffle v%d %d %d %d %d by %d", v, n, h, w, c, f);
    }
}
static double bandwidth;
static void report(const char* name, double us, double bytes) {
  printf("%-44s %9.2f us  %7.0f GB/s  %5.1f %% of copy\n", name, us, bytes / us * 1e-3,
         bytes / us * 1e-3 / bandwidth * 100);
}
static void times() {
  size_t big = 512u << 20;
  Dev<uint8_t> a(big), b(big);
  double us = time_graph(
      4,
      [&](cudaStream_t s) {
        for (int i = 0; i < 4; i++) CK(cudaMemcpyAsync(b.p, a.p, big, cudaMemcpyDeviceToDevice, s));
      },
      7);
  bandwidth = 2.0 * big / us * 1e-3;
  printf("copy: %.0f GB/s read+write\n", bandwidth);
  // random bf16 in both
  {
    std::vector<bf16> v = rnd<bf16>(1 << 20);
    for (size_t i = 0; i < big; i += 2 << 20) {
      CK(cudaMemcpy(a.p + i, v.data(), 2 << 20, cudaMemcpyHostToDevice));
      CK(cudaMemcpy(b.p + i, v.data(), 2 << 20, cudaMemcpyHostToDevice));
    }
  }
  auto w = rnd<float>(16384);
  Dev<float> dw(w), db(w);
  int N = 40;
  for (bool pdl : {true, false})
    for (int rows : {1, 16, 64, 256}) {
      int c = 4096;
      int th = norm_threads(c), bl = norm_blocks(rows, th);
      auto off = [&](int i) { return (size_t)i * 8 % 480 << 20; };
      double t = time_graph(N, [&](cudaStream_t s) {
        for (int i = 0; i < N; i++)
          launch(rms_norm_bf16, dim3(bl), th, RmsNorm{a.p + off(i), dw.p, b.p + off(i), rows, c, 1e-5f}, s,
                 pdl);
      });
      double t2 = time_graph(N, [&](cudaStream_t s) {
        for (int i = 0; i < N; i++)
          launch(add_rms_norm_bf16, dim3(bl), th,
                 AddRmsNorm{a.p + off(i), b.p + off(i), dw.p, b.p + off(i) + (4 << 20), rows, c, 1e-5f}, s,
                 pdl);
      });
      double t3 = time_graph(N, [&](cudaStream_t s) {
        for (int i = 0; i < N; i++)
          launch(add_rms_norm_bf16, dim3(bl), th, AddRmsNorm{a.p, b.p, dw.p, b.p + (4 << 20), rows, c, 1e-5f},
                 s, pdl);
      });
      printf("%s rows %4d x 4096: rms_norm %.2f us, add_rms_norm %.2f us (cold), %.2f us (in L2)\n",
             pdl ? "PDL" : "   ", rows, t, t2, t3);
    }
  for (int rows : {8192, 13 * 1025})
    for (int c : {1024, 4096}) {
      size_t bytes = (size_t)rows * c * 2;
      int th = norm_threads(c), bl = norm_blocks(rows, th);
      char nm[99];
      int n = 6;
      size_t room = big / bytes;
      auto off = [&](int i) { return (i % room) * bytes; };
      double t = time_graph(n, [&](cudaStream_t s) {
        for (int i = 0; i < n; i++)
          launch(rms_norm_bf16, dim3(bl), th, RmsNorm{a.p + off(i), dw.p, b.p + off(i), rows, c, 1e-5f}, s);
      });
      sprintf(nm, "rms_norm %d x %d", rows, c);
      report(nm, t, 2.0 * bytes);
      t = time_graph(n, [&](cudaStream_t s) {
        for (int i = 0; i < n; i++)
          launch(add_rms_norm_bf16, dim3(bl), th,
                 AddRmsNorm{a.p + off(i), b.p + off(i), dw.p, b.p + off(i), rows, c, 1e-5f}, s);
      });
      sprintf(nm, "add_rms_norm %d x %d", rows, c);
      report(nm, t, 4.0 * bytes);
      t = time_graph(n, [&](cudaStream_t s) {
        for (int i = 0; i < n; i++)
          launch(layer_norm_bf16, dim3(bl), th,
                 LayerNorm{a.p + off(i), dw.p, db.p, b.p + off(i), rows, c, 1e-5f}, s);
      });
      sprintf(nm, "layer_norm %d x %d", rows, c);
      report(nm, t, 2.0 * bytes);
    }
  {
    int rows = 8192, columns = 6144;
    double t = time_graph(4, [&](cudaStream_t s) {
      for (int i = 0; i < 4; i++)
        launch(rms_norm_columns_bf16, dim3(SMS * 6), 256,
               RmsNormColumns{a.p + (size_t)i * (100 << 20), dw.p, rows, columns, 0, 32, 128, 1e-6f}, s);
    });
    report("rms_norm_columns 8192 x 32 of 128", t, 2.0 * rows * 4096 * 2);
  }
  {
    int rows = 4096, wd = 14336;
    double t = time_graph(2, [&](cudaStream_t s) {
      for (int i = 0; i < 2; i++)
        launch(gated_bf16, dim3(((size_t)rows * wd + 2047) / 2048), 256,
               Gated{a.p + (size_t)i * (240 << 20), b.p + (size_t)i * (240 << 20), rows, wd, 1}, s);
    });
    report("gated SiLU 4096 x 14336", t, 6.0 * rows * wd);
  }
  {
    int rows = 13 * 1025, c = 4096;
    double t = time_graph(4, [&](cudaStream_t s) {
      for (int i = 0; i < 4; i++)
        launch(activation_bf16, dim3(((size_t)rows * c + 2047) / 2048), 256,
               ActivationOf{a.p + (size_t)i * (110 << 20), rows, c, 2}, s);
    });
    report("activation GELU 13325 x 4096", t, 4.0 * rows * c);
    c = 1024;
    double t3 = time_graph(16, [&](cudaStream_t s) {
      for (int i = 0; i < 16; i++)
        launch(add_rows_bf16, dim3(((size_t)rows * c + 1023) / 1024), 256,
               AddRows{a.p + (size_t)i * (30 << 20), b.p, rows, c, 1025, 0}, s);
    });
    report("add_rows 13325 x 1024, y 1025", t3, 4.0 * rows * c);
  }
  {
    int n = 13;
    double by = 2.0 * 2 * n * 3 * 448 * 448;
    double t = time_graph(16, [&](cudaStream_t s) {
      for (int i = 0; i < 16; i++)
        launch(patchify, dim3(n * 3 * 32), 256,
               Patchify{a.p + (size_t)i * (30 << 20), b.p + (size_t)i * (30 << 20), n, 3, 448, 448, 14}, s);
    });
    report("patchify 13 x 3 x 448 x 448 by 14", t, by);
    double t2 = time_graph(16, [&](cudaStream_t s) {
      for (int i = 0; i < 16; i++)
        launch(
            pixel_shuffle, dim3(n * 1024 / 8), 256,
            PixelShuffle{a.p + (size_t)i * (30 << 20), b.p + (size_t)i * (30 << 20), n, 32, 32, 1024, 2, 1},
            s);
    });
    report("pixel_shuffle 13 x 32 x 32 x 1024", t2, 4.0 * n * 1024 * 1024);
  }
  {
    std::vector<int> ids(8192);
    for (auto& v : ids) v = rng() % 60000;
    Dev<int> di(ids);
    for (int n : {1, 64, 8192}) {
      double t = time_graph(20, [&](cudaStream_t s) {
        for (int i = 0; i < 20; i++)
          launch(embedding, dim3(n), 256,
                 Embedding{a.p, di.p, di.p, b.p + (size_t)(i % 6) * (80 << 20), n, 4096, 60000}, s);
      });
      char nm[99];
      sprintf(nm, "embedding %d x 4096", n);
      report(nm, t, 4.0 * n * 4096);
    }
  }
  {
    size_t n = 64u << 20;
    double t = time_graph(3, [&](cudaStream_t s) {
      for (int i = 0; i < 3; i++)
        launch(convert, dim3(132 * 16), 256,
               Convert{a.p + (size_t)i * n, b.p + (size_t)i * n * 2, 1, (int)n / 2, 2, 1}, s);
    });
    report("convert bf16 to f16 32 M", t, 2.0 * n);
  }
}
int main() {
  cudaDeviceProp pr;
  CK(cudaGetDeviceProperties(&pr, 0));
  SMS = pr.multiProcessorCount;
  printf("%s, %d SMs\n", pr.name, SMS);
  norms<bf16>(rms_norm_bf16, add_rms_norm_bf16, layer_norm_bf16, rms_norm_columns_bf16, "bf16");
  norms<f16>(rms_norm_f16, add_rms_norm_f16, layer_norm_f16, rms_norm_columns_f16, "f16");
  elementwise_checks<bf16>(activation_bf16, gated_bf16, add_rows_bf16, "bf16");
  elementwise_checks<f16>(activation_f16, gated_f16, add_rows_f16, "f16");
  conversions<float, bf16>(0, 2);
  conversions<float, f16>(0, 1);
  conversions<bf16, float>(2, 0);
  conversions<f16, float>(1, 0);
  conversions<bf16, f16>(2, 1);
  conversions<f16, bf16>(1, 2);
  conversions<float, float>(0, 0);
  row_checks();
  image_checks();
  printf("small ops: %d checks, %d failures\n", checks, failures);
  times();
  return failures != 0;
}
