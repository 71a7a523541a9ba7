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

  /** Does work on a stream that records, and ends the recording. */
  static CudaGraph record(CudaStream stream, Runnable work) {
    CUgraph recorded = new CUgraph();
    try {
      work.run();
    } catch (RuntimeException e) {
      // Ends the recording; that it is incomplete is no news.
      if (JCudaDriver.cuStreamEndCapture(stream.handle(), recorded) == 0) {
        JCudaDriver.cuGraphDestroy(recorded);
      }
      throw e;
    }
    Cuda.check(JCudaDriver.cuStreamEndCapture(stream.handle(), recorded), "recording a graph");
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
