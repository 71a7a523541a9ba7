"""Weights that follow from their names; org.lmdeploy.testkit repeats the formulas in Java."""

import math

import numpy
import torch


def hashed(name, count):
    """Numbers from -1 up to 1: SplitMix64, seeded with the FNV-1a hash of the name."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    with numpy.errstate(over="ignore"):
        z = numpy.uint64(state) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(
            0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z = z ^ (z >> numpy.uint64(31))
    return ((z >> numpy.uint64(40)).astype(numpy.float64) - 2.0**23) / 2.0**23


def weight(name, shape):
    values = hashed(name, math.prod(shape))
    if name.endswith("norm.weight"):
        values = 1 + 0.25 * values
    elif name.endswith(".bias"):
        values = 0.25 * values
    elif "embed" not in name:
        values = values * math.sqrt(6.75 / shape[-1])
    return torch.tensor(values.astype(numpy.float32).reshape(shape))
