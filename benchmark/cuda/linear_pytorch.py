"""The linear layers of the Llama-3-8B shape by PyTorch, bf16, TFLOP/s, weights rotated."""

import torch

SHAPES = {"qkv": (6144, 4096), "o": (4096, 4096), "gateup": (28672, 4096), "down": (4096, 14336)}
RUNS = 12


def median_ms(work):
    for _ in range(3):
        work()
    marks = [torch.cuda.Event(enable_timing=True) for _ in range(RUNS + 1)]
    marks[0].record()
    for i in range(RUNS):
        work()
        marks[i + 1].record()
    torch.cuda.synchronize()
    return sorted(marks[i].elapsed_time(marks[i + 1]) for i in range(RUNS))[RUNS // 2]


for rows in (256, 512, 2048, 8192):
    results = []
    for name, (n, k) in SHAPES.items():
        x = torch.randn(rows, k, device="cuda", dtype=torch.bfloat16)
        weights = [torch.randn(n, k, device="cuda", dtype=torch.bfloat16) for _ in range(4)]
        turn = iter(range(1 << 30))
        rate = 2 * rows * n * k / median_ms(lambda: x @ weights[next(turn) % 4].t()) / 1e9
        results.append(f"{name} {rate:.0f}")
    print("torch m", rows, "TFLOP/s", *results)
