package org.lmdeploy.api.ops;

import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.tensor.Tensor;
import org.osgi.annotation.versioning.ProviderType;

/** An opened device: holds weights, caches and activations of one model. */
@ProviderType
public interface Device extends AutoCloseable {
  /** What this device is. */
  DeviceInfo info();

  /** Its operators. */
  Ops ops();

  /**
   * Prepares a weight that is not a linear layer's: a norm, an embedding table. On a host device
   * this is a view of the mapped file or a small copy.
   */
  Tensor weight(HostTensor values);

  /**
   * Prepares a linear layer.
   *
   * @throws org.lmdeploy.api.error.UnsupportedFeatureException if the device does not know a format
   */
  LinearWeight linear(LinearSpec spec);

  /**
   * Prepares a linear layer for {@link Ops#gatedLinear}: the first half of its rows gives gates,
   * the second half what is gated.
   *
   * @throws org.lmdeploy.api.error.UnsupportedFeatureException if the device does not know a format
   */
  default LinearWeight gatedLinear(LinearSpec spec) {
    return linear(spec);
  }

  /** Memory beyond the checkpoint's own that prepared weights would take, in bytes. */
  long weightBytes(long checkpointBytes);

  /** A tensor in activation type that lives until {@link #release}: image embeddings. */
  Tensor allocate(long... shape);

  /** Gives back what {@link #allocate} gave. */
  void release(Tensor tensor);

  /** Element type in which a new KV cache keeps keys and values. */
  DType kvType();

  /** The tokens of a KV block must be a multiple of this number. */
  default int kvBlockMultiple() {
    return 1;
  }

  /** Makes a KV cache; memory is committed at once or block by block, as the device can. */
  KvCache kvCache(KvLayout layout, int blockTokens, int blocks);

  /**
   * Takes the memory that the plan sets aside for activations, so that what is free afterwards may
   * be given to the KV cache.
   *
   * @throws org.lmdeploy.api.error.DeviceFailureException if there is too little
   */
  default void reserveActivations(long bytes) {}

  /** How the steps of a model run on this device. Closed before the cache and the device. */
  default StepRunner stepRunner(
      StepRunner.Forward forward, KvCache cache, StepRunner.Limits limits) {
    return StepRunner.direct(forward, cache, ops());
  }

  /** Bytes of memory that are free now. */
  long freeMemory();

  @Override
  void close();
}
