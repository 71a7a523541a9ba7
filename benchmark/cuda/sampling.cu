// checks and times of sampling against a port of the host's sampler
#include "../../engine.turbomind/src/main/cuda/sampling.cu"
#include "small_common.h"

struct HostRow {
  SampleRow p;
  std::vector<int> seen, generated, bias_ids, banned;
  std::vector<float> biases;
  int unlisted = -1;
};
struct HostResult {
  int id;
  float logprob;
  std::vector<int> ids;
  std::vector<float> logprobs;
  bool greedy = false;
};

static uint64_t hmix(uint64_t v) {
  uint64_t z = v + 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}
static double huniform(uint64_t seed, int pos) {
  uint64_t m = hmix(hmix(seed) + 0x9E3779B97F4A7C15ull * (uint64_t)(pos + 1LL));
  return (m >> 11) * 0x1p-53;
}
static uint64_t sort_key(float v, int id) {
  v += 0.0f;
  int32_t b;
  memcpy(&b, &v, 4);
  int32_t asc = b ^ ((b >> 31) & 0x7FFFFFFF);
  return (uint64_t)((uint32_t)~asc ^ 0x80000000u) << 32 | (uint32_t)id;
}
static std::vector<int> candidates(const std::vector<float>& l, double least) {
  std::vector<uint64_t> k;
  for (size_t i = 0; i < l.size(); i++)
    if (l[i] >= least && l[i] != -INFINITY) k.push_back(sort_key(l[i], i));
  std::sort(k.begin(), k.end());
  std::vector<int> r;
  for (auto x : k) r.push_back((uint32_t)x);
  return r;
}
static std::vector<int> topk(const std::vector<float>& l, int k) {
  std::vector<uint64_t> q;
  for (size_t i = 0; i < l.size(); i++)
    if (l[i] != -INFINITY) q.push_back(sort_key(l[i], i));
  if (k < (int)q.size()) {
    std::nth_element(q.begin(), q.begin() + k, q.end());
    q.resize(k);
  }
  std::sort(q.begin(), q.end());
  std::vector<int> r;
  for (auto x : q) r.push_back((uint32_t)x);
  return r;
}

// `accept(id)` after sample says whether a differing id is explained by rounding
struct HostSampler {
  std::vector<float> l;
  const HostRow& r;
  int likeliest;
  std::vector<int> order;
  std::vector<double> weights;
  double sum_kept = 0, u = 0;
  bool drew = false;
  std::string why;
  HostSampler(const float* logits, int V, const HostRow& r) : l(logits, logits + V), r(r) {}
  void penalties() {
    for (size_t i = 0; i < r.bias_ids.size(); i++) l[r.bias_ids[i]] += r.biases[i];
    auto seen = r.seen, gen = r.generated;
    if (r.unlisted >= 0) {
      seen.push_back(r.unlisted);
      gen.push_back(r.unlisted);
    }
    if (r.p.repetition_penalty != 1) {
      std::sort(seen.begin(), seen.end());
      seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
      for (int id : seen) l[id] = l[id] > 0 ? l[id] / r.p.repetition_penalty : l[id] * r.p.repetition_penalty;
    }
    if (r.p.presence_penalty != 0 || r.p.frequency_penalty != 0) {
      std::sort(gen.begin(), gen.end());
      for (size_t a = 0; a < gen.size();) {
        size_t b = a;
        while (b < gen.size() && gen[b] == gen[a]) b++;
        volatile float f = (float)(b - a) * r.p.frequency_penalty;
        volatile float g = r.p.presence_penalty + f;
        l[gen[a]] -= g;
        a = b;
      }
    }
    for (int id : r.banned) l[id] = -INFINITY;
  }
  double w(int id) const { return std::exp((double)(float)(l[id] - l[likeliest]) * (1.0 / r.p.temperature)); }
  double total() const {
    double s = 0;
    for (size_t i = 0; i < l.size(); i++) s += w(i);
    return s;
  }
  HostResult sample() {
    penalties();
    likeliest = -1;
    float best = -INFINITY;
    for (size_t i = 0; i < l.size(); i++) {
      if (std::isnan(l[i])) {
        HostResult x{SAMPLED_NAN, 0, {}, {}};
        x.ids.push_back(i);
        return x;
      }
      if (l[i] > best) {
        best = l[i];
        likeliest = i;
      }
    }
    if (likeliest < 0) return HostResult{SAMPLED_BANNED, 0, {}, {}};
    bool greedy = r.p.top_k == 1 || r.p.temperature == 0;
    HostResult x;
    x.greedy = greedy;
    x.id = greedy ? likeliest : draw();
    x.logprob = NAN;
    if (r.p.logprobs >= 0) {
      double s = 0;
      for (float v : l) s += std::exp((double)(float)(v - best));
      double n = best + std::log(s);
      x.logprob = l[x.id] - n;
      if (r.p.logprobs > 0) {
        x.ids = topk(l, r.p.logprobs);
        for (int id : x.ids) x.logprobs.push_back(l[id] - n);
      }
      norm = n;
    }
    return x;
  }
  double norm = 0;
  int draw() {
    drew = true;
    u = huniform(r.p.seed, r.p.position);
    double it = 1.0 / r.p.temperature;
    int V = l.size();
    if (r.p.top_k == 0 && r.p.top_p == 1 && r.p.min_p == 0) {
      order.resize(V);
      for (int i = 0; i < V; i++) order[i] = i;
      weights.resize(V);
      for (int i = 0; i < V; i++) weights[i] = w(i);
      sum_kept = total();
      double left = u * sum_kept;
      for (int i = 0; i < V; i++) {
        if (weights[i] > 0 && left < weights[i]) return i;
        left -= weights[i];
      }
      return likeliest;
    }
    if (r.p.top_k > 0)
      order = topk(l, r.p.top_k);
    else {
      double least = (1.0 - r.p.top_p) / V * total();
      double ll = least > 0 ? l[likeliest] + std::log(least) / it : -INFINITY;
      order = candidates(l, std::nextafterf((float)ll, -INFINITY));
    }
    weights.resize(order.size());
    double sum = 0;
    for (size_t i = 0; i < order.size(); i++) sum += weights[i] = w(order[i]);
    double all = r.p.top_k > 0 ? sum : total(), mass = (double)r.p.top_p * all,
           least = r.p.min_p * weights[0], s = 0;
    size_t kept = order.size();
    near_edge = false;
    for (size_t i = 0; i < order.size(); i++) {
      if (i > 0 && (s >= mass || weights[i] < least)) {
        kept = i;
        break;
      }
      s += weights[i];
    }
    // is the number of kept ids itself a matter of rounding?
    {
      double t = 0;
      for (size_t i = 0; i < order.size() && i <= kept; i++) {
        if (i > 0 && std::fabs(t - mass) < 2e-7 * all) near_edge = true;
        t += weights[i];
      }
    }
    order.resize(kept);
    sum_kept = s;
    double left = u * s;
    for (size_t i = 0; i < kept; i++) {
      if (left < weights[i]) return order[i];
      left -= weights[i];
    }
    return order[0];
  }
  bool near_edge = false;
  bool accept(int id) {
    if (!drew) return false;
    if (near_edge) return true;
    double t = 0, left = u * sum_kept;
    for (size_t i = 0; i < order.size(); i++) {
      if (order[i] == id) return left > t - 1e-6 * sum_kept && left < t + weights[i] + 1e-6 * sum_kept;
      t += weights[i];
    }
    return false;
  }
};

typedef std::mt19937_64 R;
template <typename T>
static T pick(R& g, std::initializer_list<T> l) {
  return l.begin()[g() % l.size()];
}
static std::vector<float> make_logits(R& g, int V, int kind) {
  std::vector<float> v(V);
  std::normal_distribution<float> n(0, 1);
  float s = pick<float>(g, {0.05f, 1, 3, 6});
  for (auto& x : v) x = n(g) * s;
  switch (kind) {
    case 1: {
      float c = pick<float>(g, {0, 3.5f, -2});
      for (auto& x : v) x = c;
      break;
    }
    case 2:
      for (auto& x : v) x = std::round(x * 2) / 2;
      break;
    case 3:
      for (int i = 0; i < 5; i++) v[g() % V] += 12 + 3 * n(g);
      break;
    case 4:
      for (auto& x : v)
        if (g() % 3) x = -INFINITY;
      break;
    case 5: {
      int keep = 1 + g() % 5;
      for (auto& x : v) x = -INFINITY;
      for (int i = 0; i < keep; i++) v[g() % V] = n(g);
      break;
    }
    case 6:
      for (auto& x : v) x = -INFINITY;
      break;
    case 7:
      v[g() % V] = NAN;
      v[g() % V] = -NAN;
      break;
    case 8:
      for (auto& x : v) x = (g() & 1) ? 0.0f : -0.0f;
      break;
    case 9:
      for (auto& x : v) x *= 1e30f;
      break;
    case 10:
      for (auto& x : v) x = 15 + n(g) * 1e-5f;
      break;
    case 11:
      for (auto& x : v) x *= 1e-30f;
      break;
    case 12:
      for (auto& x : v) x = std::round(x * 20) / 20 - 100;
      break;
  }
  return v;
}
static HostRow make_row(R& g, int V) {
  HostRow h;
  SampleRow& p = h.p;
  memset(&p, 0, sizeof p);
  p.seed = g();
  p.position = g() % 10000;
  p.token_row = -1;
  p.temperature = pick<float>(g, {0, 0.01f, 0.3f, 0.7f, 0.8f, 1, 1, 1.5f, 2});
  p.top_p = pick<float>(g, {1, 1, 0.95f, 0.9f, 0.5f, 1e-6f, 0.9999999f, 0.999f});
  p.top_k =
      pick<int>(g, {0, 0, 0, 1, 2, 5, 40, 50, 50, 200, 1024, 2048, 2049, 5000, V, V + 7, std::max(0, V - 1)});
  p.min_p = pick<float>(g, {0, 0, 0, 0.05f, 0.5f, 1, 1e-5f});
  p.logprobs = g() % 2 ? -1 : pick<int>(g, {0, 1, 5, 20, 300, 1024});
  p.repetition_penalty = p.presence_penalty = p.frequency_penalty = 0;
  p.repetition_penalty = 1;
  auto list = [&](int n) {
    std::vector<int> v(n);
    for (auto& x : v) x = g() % 3 ? g() % V : g() % std::min(V, 9);
    return v;
  };
  if (g() % 3 == 0) {
    if (g() % 2) {
      p.repetition_penalty = pick<float>(g, {1.1f, 1.7f, 0.8f});
      h.seen = list(g() % 3000);
    }
    if (g() % 2) {
      p.presence_penalty = pick<float>(g, {0.9f, -0.5f, 0});
      p.frequency_penalty = pick<float>(g, {0.6f, 0.01f, 0});
      h.generated = list(g() % 2000);
    }
    if (g() % 2) {
      h.bias_ids = list(g() % 20);
      std::sort(h.bias_ids.begin(), h.bias_ids.end());
      h.bias_ids.erase(std::unique(h.bias_ids.begin(), h.bias_ids.end()), h.bias_ids.end());
      std::shuffle(h.bias_ids.begin(), h.bias_ids.end(), g);
      for (size_t i = 0; i < h.bias_ids.size(); i++) h.biases.push_back((float)(int)(g() % 200 - 100) / 7);
    }
    if (g() % 2) h.banned = list(g() % 30);
    if (g() % 15 == 0) {
      h.banned.resize(V);
      for (int i = 0; i < V; i++) h.banned[i] = i;
    }
  }
  return h;
}
struct Launch {
  int rows, V, stride, splits, top_stride;
  Dev<float> logits;
  Dev<uint8_t> params;
  Dev<int> pool, tokens, drawn, results;
  Dev<uint8_t> scratch;
  static int& factor() {
    static int f = 5;
    return f;
  }
  static int splits_for(int rows, int sms = 132) { return std::min(64, std::max(1, factor() * sms / rows)); }
  Launch(const std::vector<float>& l, int V, int stride, std::vector<HostRow>& hr,
         const std::vector<int>& tok, const std::vector<int>& dr, int splits, int count, R& g)
      : rows(hr.size()),
        V(V),
        stride(stride),
        splits(splits),
        top_stride(0),
        logits(l),
        tokens(tok),
        drawn(dr),
        scratch(sample_scratch_bytes(hr.size(), V, splits)) {
    std::vector<int> pv{-7};
    std::vector<uint8_t> pb(sizeof(SampleStep) + rows * sizeof(SampleRow));
    for (int i = 0; i < rows; i++) {
      auto& h = hr[i];
      top_stride = std::max(top_stride, h.p.logprobs);
      auto add = [&](const std::vector<int>& v) {
        int at = pv.size();
        pv.insert(pv.end(), v.begin(), v.end());
        return at;
      };
      h.p.seen_at = add(h.seen);
      h.p.seen_count = h.seen.size();
      h.p.generated_at = add(h.generated);
      h.p.generated_count = h.generated.size();
      h.p.bias_at = add(h.bias_ids);
      h.p.bias_count = h.bias_ids.size();
      std::vector<int> bits(h.biases.size());
      memcpy(bits.data(), h.biases.data(), 4 * bits.size());
      add(bits);
      h.p.banned_at = add(h.banned);
      h.p.banned_count = h.banned.size();
      memcpy(&pb[sizeof(SampleStep) + i * sizeof(SampleRow)], &h.p, sizeof(SampleRow));
    }
    SampleStep st{count, top_stride, {0, 0}};
    memcpy(pb.data(), &st, sizeof st);
    CK(cudaMalloc(&params.p, pb.size()));
    params.n = pb.size();
    params.up(pb);
    CK(cudaMalloc(&pool.p, pv.size() * 4));
    pool.n = pv.size();
    pool.up(pv);
    size_t rn = (size_t)rows * (2 + 2 * top_stride);
    CK(cudaMalloc(&results.p, rn * 4));
    results.n = rn;
    CK(cudaMemset(results.p, 0xCD, rn * 4));
  }
  Sample sample() {
    return Sample{
        logits.p, (SampleStep*)params.p, pool.p, tokens.p, drawn.p, results.p, scratch.p, rows, V, stride,
        splits};
  }
  void run(cudaStream_t s = 0, bool pdl = true) {
    launch(sample_scan, dim3(splits, rows), 256, sample(), s, pdl);
    launch(sample_finish, dim3(rows), 512, sample(), s, pdl);
  }
};
static long drawn_rows = 0, differing = 0;
static void test(R& g, int V, int rows, int stride, const std::function<int(int)>& kind) {
  std::vector<float> logits((size_t)rows * stride, 7e7f);
  std::vector<HostRow> hr;
  std::vector<int> tokens(rows + 5), drawn(rows);
  for (auto& x : drawn) x = g() % V;
  drawn[0] = -1;
  std::vector<uint64_t> seeds(rows);
  for (auto& s : seeds) s = g();
  std::vector<std::vector<float>> ls(rows);
  for (int i = 0; i < rows; i++) hr.push_back(make_row(g, V));
  {
    std::atomic<int> next{0};
    std::vector<std::thread> ts;
    for (int t = 0; t < 16; t++)
      ts.emplace_back([&] {
        for (int i; (i = next++) < rows;) {
          R q(seeds[i]);
          auto v = make_logits(q, V, kind(i));
          std::copy(v.begin(), v.end(), logits.begin() + (size_t)i * stride);
        }
      });
    for (auto& t : ts) t.join();
  }
  for (auto& t : tokens) t = g() % V;
  for (int i = 0; i < rows; i++)
    if (g() % 3 == 0) {
      int tr = hr[i].p.token_row = i + g() % 5;
      if (tr == i) {
        int j = g() % rows;
        tokens[tr] = -1 - j;
      }
    }
  for (int i = 0; i < rows; i++)
    if (hr[i].p.token_row >= 0) {
      int t = tokens[hr[i].p.token_row];
      hr[i].unlisted = t < 0 ? drawn[-1 - t] : -1;
    }
  std::vector<int> results, first;
  int ts = 0;
  for (int splits : {Launch::splits_for(rows), 1, 7}) {
    Launch l(logits, V, stride, hr, tokens, drawn, splits, rows, g);
    l.run();
    CK(cudaDeviceSynchronize());
    results = l.results.down();
    ts = l.top_stride;
    if (first.empty()) first = results;
    check(results == first, "V %d rows %d: results depend on the splits %d", V, rows, splits);
    auto dr = l.drawn.down();
    bool ok = true;
    for (int i = 0; i < rows; i++) ok &= dr[i] == results[(size_t)i * (2 + 2 * ts)];
    check(ok, "drawn V %d", V);
  }
  {  // some rows alone
    for (int n = 0; n < 4; n++) {
      int i = g() % rows;
      std::vector<HostRow> one{hr[i]};
      std::vector<float> lo(logits.begin() + (size_t)i * stride, logits.begin() + (size_t)(i + 1) * stride);
      std::vector<int> tk{one[0].p.token_row >= 0 ? (hr[i].unlisted >= 0 ? -1 : 0) : 0},
          dd{std::max(0, hr[i].unlisted)};
      if (hr[i].p.token_row >= 0 && hr[i].unlisted < 0) one[0].p.token_row = -1;
      if (one[0].p.token_row >= 0) one[0].p.token_row = 0;
      Launch l(lo, V, stride, one, tk, dd, 64, 1, g);
      l.run();
      CK(cudaDeviceSynchronize());
      auto q = l.results.down();
      const int* a = &first[(size_t)i * (2 + 2 * ts)];
      bool ok = q[0] == a[0] && q[1] == a[1];
      for (int k = 0; k < l.top_stride; k++)
        ok &= q[2 + k] == a[2 + k] && q[2 + l.top_stride + k] == a[2 + ts + k];
      check(ok, "alone V %d row %d: %d %d", V, i, q[0], a[0]);
    }
  }
  std::vector<std::string> msg(rows);
  std::atomic<int> next{0};
  std::atomic<long> dr{0}, df{0};
  std::vector<std::thread> th;
  for (int t = 0; t < 16; t++)
    th.emplace_back([&] {
      for (int i; (i = next++) < rows;) {
        HostSampler s(&logits[(size_t)i * stride], V, hr[i]);
        HostResult want = s.sample();
        const int* got = &first[(size_t)i * (2 + 2 * ts)];
        char b[400] = "";
        const SampleRow& p = hr[i].p;
        float lp;
        memcpy(&lp, got + 1, 4);
        auto fail = [&](const char* what, double a, double c) {
          snprintf(
              b, 400,
              "V %d row %d kind %d %s: got %g want %g (T %g p %g k %d minp %g logprobs %d rep %g; edge %d)",
              V, i, kind(i), what, a, c, p.temperature, p.top_p, p.top_k, p.min_p, p.logprobs,
              p.repetition_penalty, s.near_edge);
        };
        if (want.id < 0) {
          if (got[0] != want.id)
            fail("error id", got[0], want.id);
          else if (want.id == SAMPLED_NAN && got[1] != want.ids[0])
            fail("id of NaN", got[1], want.ids[0]);
        } else {
          if (s.drew) dr++;
          if (got[0] != want.id) {
            if (s.drew) df++;
            if (got[0] < 0 || got[0] >= V || !s.accept(got[0])) fail("id", got[0], want.id);
          }
          if (!*b) {
            if (p.logprobs < 0) {
              if (lp == lp) fail("logprob not NaN", lp, 0);
            } else {
              double w = s.l[got[0]] - s.norm;
              double tol = 2e-6 * (1 + std::fabs(w)) + std::fabs(s.norm) * 3e-7;
              if (!(std::fabs(lp - w) <= tol)) fail("logprob", lp, w);
              for (int k = 0; k < ts && !*b; k++) {
                int id = got[2 + k];
                float q;
                memcpy(&q, got + 2 + ts + k, 4);
                if (k < (int)want.ids.size()) {
                  if (id != want.ids[k])
                    fail("top id", id, want.ids[k]);
                  else if (!(std::fabs(q - want.logprobs[k]) <=
                             2e-6 * (1 + std::fabs(q)) + std::fabs(s.norm) * 3e-7))
                    fail("top logprob", q, want.logprobs[k]);
                } else if (id != -1)
                  fail("place behind the last", id, -1);
              }
            }
          }
        }
        msg[i] = b;
      }
    });
  for (auto& t : th) t.join();
  for (auto& m : msg) check(m.empty(), "%s", m.c_str());
  drawn_rows += dr;
  differing += df;
}

static double bandwidth;
static void timing(const char* name, int V, int rows, const std::function<void(SampleRow&)>& set, float std_,
                   bool pdl = true, std::vector<int> seen = {}) {
  R g(1);
  int stride = (V + 3) / 4 * 4;
  int copies = std::max(2, std::min(100, 512 * 1024 / 4 * 1024 / (stride * rows)));
  std::vector<Launch*> ls;
  std::normal_distribution<float> n(0, std_);
  std::vector<float> lo((size_t)rows * stride);
  {
    std::vector<float> tab(1 << 20);
    for (auto& x : tab) x = n(g);
    for (size_t i = 0; i < lo.size(); i++)
      lo[i] = tab[(i * 2654435761u + i / stride * 977) & ((1 << 20) - 1)];
  }
  for (int c = 0; c < copies; c++) {
    std::vector<HostRow> hr(rows);
    for (int i = 0; i < rows; i++) {
      memset(&hr[i].p, 0, sizeof(SampleRow));
      hr[i].p.repetition_penalty = 1;
      hr[i].p.top_p = 1;
      hr[i].p.logprobs = -1;
      hr[i].p.token_row = -1;
      hr[i].p.seed = i + 100 * c;
      set(hr[i].p);
      hr[i].seen = seen;
      if (hr[i].p.presence_penalty != 0) hr[i].generated = seen;
    }
    ls.push_back(new Launch(lo, V, stride, hr, std::vector<int>(4), std::vector<int>(rows),
                            Launch::splits_for(rows), rows, g));
  }
  double t = time_graph(
      copies,
      [&](cudaStream_t s) {
        for (auto* l : ls) l->run(s, pdl);
      },
      9);
  double t1 = time_graph(
      copies,
      [&](cudaStream_t s) {
        for (auto* l : ls) launch(sample_scan, dim3(l->splits, rows), 256, l->sample(), s, pdl);
      },
      9);
  double bytes = 4.0 * V * rows;
  printf("%-34s R %3d V %6d%s %8.2f us (scan %7.2f)  %6.0f GB/s %5.1f %% of copy\n", name, rows, V,
         pdl ? "" : " no PDL", t, t1, bytes / t * 1e-3, bytes / t * 1e-3 / bandwidth * 100);
  for (auto* l : ls) delete l;
}
int main(int argc, char** argv) {
  cudaDeviceProp pr;
  CK(cudaGetDeviceProperties(&pr, 0));
  printf("%s\n", pr.name);
  R g(std::random_device{}());
  auto kinds = [](int i) { return i % 16 < 13 ? i % 16 : i % 16 == 13 ? 3 : 0; };
  for (int rep = 0; rep < 3; rep++) {
    test(g, 1, 200, rep == 0 ? 1 : 4, kinds);
    test(g, 2, 300, 2 + rep, kinds);
    test(g, 11, 300, 11, kinds);
    test(g, 201, 500, rep ? 204 : 201, kinds);
    test(g, 2048, 300, 2048, kinds);
    test(g, 2049, 300, 2052, kinds);
  }
  test(g, 32000, 256, 32000, kinds);
  test(g, 32000, 256, 32001, kinds);
  test(g, 92553, 160, 92553, kinds);
  test(g, 92553, 160, 92556, kinds);
  test(g, 128256, 256, 128256, kinds);
  test(g, 128256, 100, 128256, [](int) { return 0; });
  printf("sampling: %d checks, %d failures; %ld rows drawn, %ld ids differ by rounding\n", checks, failures,
         drawn_rows, differing);
  size_t big = 512u << 20;
  {
    Dev<uint8_t> a(big), b(big);
    double us = time_graph(
        4,
        [&](cudaStream_t s) {
          for (int i = 0; i < 4; i++) CK(cudaMemcpyAsync(b.p, a.p, big, cudaMemcpyDeviceToDevice, s));
        },
        7);
    bandwidth = 2.0 * big / us * 1e-3;
    printf("copy: %.0f GB/s read+write\n", bandwidth);
  }
  auto gr = [](SampleRow& p) { p.top_k = 1; };
  auto k50 = [](SampleRow& p) {
    p.temperature = 0.8f;
    p.top_k = 50;
  };
  auto k40p = [](SampleRow& p) {
    p.temperature = 0.8f;
    p.top_k = 40;
    p.top_p = 0.95f;
  };
  auto plain = [](SampleRow& p) { p.temperature = 1; };
  auto pp = [](SampleRow& p) {
    p.temperature = 0.7f;
    p.top_p = 0.9f;
  };
  auto hot = [](SampleRow& p) {
    p.temperature = 2;
    p.top_p = 0.95f;
  };
  auto mp = [](SampleRow& p) {
    p.temperature = 1;
    p.min_p = 0.05f;
  };
  auto lp5 = [](SampleRow& p) {
    p.top_k = 1;
    p.logprobs = 5;
  };
  auto rep = [](SampleRow& p) {
    p.top_k = 1;
    p.repetition_penalty = 1.1f;
  };
  auto rp = [](SampleRow& p) {
    p.top_k = 1;
    p.repetition_penalty = 1.1f;
    p.presence_penalty = 0.5f;
  };
  int V = 128256;
  std::vector<int> seen(1000);
  Launch::factor() = 5;
  for (auto& s : seen) s = g() % V;
  for (int rows : {1, 16, 64, 256}) {
    timing("greedy", V, rows, gr, 3);
    if (rows == 1 || rows == 256) timing("greedy", V, rows, gr, 3, false);
    timing("top-k 50, T 0.8", V, rows, k50, 3);
    timing("top-k 40, top-p .95", V, rows, k40p, 3);
    timing("temperature 1 alone", V, rows, plain, 3);
    timing("top-p .9, T .7, peaked (std 4)", V, rows, pp, 4);
    timing("top-p .9, T .7, flat (std 2)", V, rows, pp, 2);
    timing("top-p .95, T 2, flat (std 2)", V, rows, hot, 2);
    timing("min-p .05", V, rows, mp, 3);
    timing("greedy, 5 logprobs", V, rows, lp5, 3);
    timing("greedy, repetition, 1000 seen", V, rows, rep, 3, true, seen);
    timing("greedy, repetition+presence 1000", V, rows, rp, 3, true, seen);
    timing(
        "mixed: 3/4 greedy, 1/4 top-k 50", V, rows,
        [&, i = 0](SampleRow& p) mutable {
          if (i++ % 4)
            gr(p);
          else
            k50(p);
        },
        3);
  }
  return failures != 0;
}
