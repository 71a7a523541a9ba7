package org.lmdeploy.turbomind.cuda.driver;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/** Recorded work that is queued again with one call. */
public final class CudaGraph implements AutoCloseable {
  private final Gpu gpu;
  private final CUgraphExec executable = new CUgraphExec();

  private CudaGraph(Gpu gpu) {
    this.gpu = gpu;
  }

  /** Ends the recording on a stream. */
  static CudaGraph end(CudaStream stream, RuntimeException failure) {
    CUgraph recorded = new CUgraph();
    int ended = JCudaDriver.cuStreamEndCapture(stream.handle(), recorded);
    if (failure != null) {
      if (ended == 0) {
        JCudaDriver.cuGraphDestroy(recorded);
      }
      throw failure;
    }
    Cuda.check(ended, "recording a graph");
    CudaGraph graph = new CudaGraph(stream.gpu());
    try {
      Cuda.check(
          JCudaDriver.cuGraphInstantiate(graph.executable, recorded, 0), "preparing a graph");
    } finally {
      JCudaDriver.cuGraphDestroy(recorded);
    }
    return graph;
  }

  /** Queues the recorded work. */
  public void launch(CudaStream stream) {
    gpu.use();
    Cuda.check(JCudaDriver.cuGraphLaunch(executable, stream.handle()), "launching a graph");
  }

  @Override
  public void close() {
    gpu.use();
    Cuda.checkFreed(JCudaDriver.cuGraphExecDestroy(executable), "freeing a graph");
  }
}
