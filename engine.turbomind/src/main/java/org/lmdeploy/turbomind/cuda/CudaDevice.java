package org.lmdeploy.turbomind.cuda;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.ops.Device;
import org.lmdeploy.api.ops.DeviceInfo;
import org.lmdeploy.api.ops.KvCache;
import org.lmdeploy.api.ops.KvLayout;
import org.lmdeploy.api.ops.LinearSpec;
import org.lmdeploy.api.ops.LinearWeight;
import org.lmdeploy.api.ops.Ops;
import org.lmdeploy.api.ops.StepRunner;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.api.tensor.Tensor;
import org.lmdeploy.turbomind.cuda.driver.CudaStream;
import org.lmdeploy.turbomind.cuda.driver.DeviceMemory;
import org.lmdeploy.turbomind.cuda.driver.Gpu;
import org.lmdeploy.turbomind.cuda.driver.OutOfDeviceMemoryException;
import org.lmdeploy.turbomind.cuda.kernel.KernelFiles;
import org.lmdeploy.turbomind.cuda.kernel.KernelLibrary;

/** One model's share of an NVIDIA device: a stream of its own, weights, activations, caches. */
final class CudaDevice implements Device {
  /** Kept back beside the plan: workspaces, recorded graphs, numbers of steps, the driver's own. */
  private static final long RESERVE = 768L << 20;

  private final DeviceInfo info;
  private final DType weightType;
  private final DType type;
  private final Gpu gpu;
  private final CudaStream stream;
  private final KernelLibrary kernels;
  private final ActivationArena arena;
  private final WeightLoader weights;
  private final LinearKernels linears;
  private final LinearChoices choices;
  private final ChoiceFile choiceFile;
  private final CudaOps ops;
  private final Map<Long, DeviceMemory> allocations = new HashMap<>();
  private final Map<String, CudaLinear> layerShapes = new LinkedHashMap<>();

  /** What was opened, the last first. */
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /**
   * Opens a device.
   *
   * @param weightType the type of most weights of the checkpoint
   */
  CudaDevice(DeviceInfo info, int ordinal, DType weightType) {
    this.info = info;
    this.weightType = weightType;
    this.type = weightType == DType.F16 ? DType.F16 : DType.BF16;
    try {
      gpu = open(new Gpu(ordinal));
      gpu.use();
      stream = open(new CudaStream(gpu));
      kernels = open(new KernelLibrary(gpu, type));
      arena = open(new ActivationArena(this::takeActivations));
      weights = open(new WeightLoader(gpu, stream, kernels, type));
      linears = open(new LinearKernels(gpu, stream, kernels, type));
      String build = KernelFiles.sourceHash();
      choiceFile = new ChoiceFile(ChoiceFile.of(gpu.name(), build, type.name()));
      choices = new LinearChoices(linears.variants(), gpu.multiprocessors(), choiceFile);
      ops = open(new CudaOps(gpu, stream, type, kernels, arena, weights, linears, choices));
    } catch (OutOfDeviceMemoryException e) {
      DeviceFailureException failure = tooLittle("its workspaces", e);
      closeAfter(failure);
      throw failure;
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  private DeviceFailureException tooLittle(String what, OutOfDeviceMemoryException cause) {
    return new DeviceFailureException(
        "%s has too little memory for %s: %s; lower cache_max_entry_count or max_batch_size, or stop what else uses the device"
            .formatted(info.id(), what, cause.getMessage()),
        cause);
  }

  private DeviceMemory takeActivations(long bytes) {
    try {
      return new DeviceMemory(gpu, bytes);
    } catch (OutOfDeviceMemoryException e) {
      throw new DeviceFailureException(
          ("%,d bytes for activations do not fit, %s has %,d free; lower max_prefill_token_num,"
                  + " max_batch_size or cache_max_entry_count")
              .formatted(bytes, info.id(), gpu.freeMemory()),
          e);
    }
  }

  /** Measures which kernels suit layers best for up to {@code rows} rows, unless that is known. */
  void tune(Collection<CudaLinear> layers, int rows) {
    weights.finish();
    new LinearTuner(gpu, stream, linears, choices).measure(layers, rows);
    choiceFile.save();
  }

  Gpu gpu() {
    return gpu;
  }

  CudaStream stream() {
    return stream;
  }

  private <T extends AutoCloseable> T open(T part) {
    opened.push(part);
    return part;
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Ops ops() {
    return ops;
  }

  @Override
  public Tensor weight(HostTensor values) {
    if (!values.dtype().isFloat()) {
      throw new UnsupportedFeatureException("CUDA devices take no weights of " + values.dtype());
    }
    boolean table = values.shape().rank() == 2 && values.shape().dim(0) > 1;
    return table ? weights.table(values) : weights.vector(values);
  }

  @Override
  public LinearWeight linear(LinearSpec spec) {
    return remember(weights.linear(spec, false));
  }

  @Override
  public LinearWeight gatedLinear(LinearSpec spec) {
    return remember(weights.linear(spec, true));
  }

  private CudaLinear remember(CudaLinear layer) {
    layerShapes.putIfAbsent(
        "%d.%d%s".formatted(layer.paddedRows(), layer.inFeatures(), layer.gated() ? ".gated" : ""),
        layer);
    return layer;
  }

  @Override
  public long weightBytes(long checkpointBytes) {
    return weightType == DType.F32 ? checkpointBytes / 2 : checkpointBytes;
  }

  @Override
  public Tensor allocate(long... shape) {
    Shape wanted = Shape.of(shape);
    long bytes = wanted.elements() * type.bytes();
    try {
      DeviceMemory memory = new DeviceMemory(gpu, bytes);
      allocations.put(memory.address(), memory);
      return new CudaTensor(type, wanted, memory.address());
    } catch (OutOfDeviceMemoryException e) {
      throw new DeviceFailureException(
          "%,d bytes for embeddings of images do not fit: %s has %,d free; lower cache_max_entry_count"
              .formatted(bytes, info.id(), gpu.freeMemory()),
          e);
    }
  }

  @Override
  public void release(Tensor tensor) {
    DeviceMemory memory = allocations.remove(((CudaTensor) tensor).address());
    if (memory == null) {
      throw new IllegalArgumentException("this tensor was not allocated: " + tensor);
    }
    memory.close();
  }

  @Override
  public void reserveActivations(long bytes) {
    arena.reserve(bytes);
  }

  @Override
  public DType kvType() {
    return type;
  }

  @Override
  public int kvBlockMultiple() {
    return CudaKvCache.TOKEN_MULTIPLE;
  }

  @Override
  public KvCache kvCache(KvLayout layout, int blockTokens, int blocks) {
    return new CudaKvCache(gpu, type, layout, blockTokens, blocks);
  }

  @Override
  public StepRunner stepRunner(
      StepRunner.Forward forward, KvCache cache, StepRunner.Limits limits) {
    try {
      tune(layerShapes.values(), limits.tokens());
      StepRunner runner =
          new CudaStepRunner(
              forward,
              cache,
              limits,
              gpu,
              ops,
              arena,
              stream,
              choices,
              choiceFile,
              layerShapes.keySet().stream().sorted().collect(Collectors.joining("+")));
      choiceFile.save();
      return runner;
    } catch (OutOfDeviceMemoryException e) {
      throw tooLittle("the steps of this model", e);
    }
  }

  @Override
  public long freeMemory() {
    return Math.max(0, gpu.freeMemory() - RESERVE);
  }

  /** Frees everything, even if some of it fails. */
  @Override
  public void close() {
    RuntimeException failure = closeAfter(null);
    if (failure != null) {
      throw failure;
    }
  }

  private RuntimeException closeAfter(RuntimeException before) {
    RuntimeException failure = before;
    allocations.values().forEach(opened::push);
    allocations.clear();
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure =
              new DeviceFailureException("closing " + info.id() + " failed: " + e.getMessage(), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    return failure;
  }
}
