package org.lmdeploy.turbomind.cuda.driver;

/** A piece of memory of a device. */
public interface MemoryPiece extends AutoCloseable {
  /** Where it lies, at a multiple of 256. */
  long address();

  /** Its size. */
  long bytes();

  @Override
  void close();
}
