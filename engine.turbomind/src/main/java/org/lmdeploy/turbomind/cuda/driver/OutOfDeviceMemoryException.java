package org.lmdeploy.turbomind.cuda.driver;

/** The driver had too little memory; callers say what it was for and which option to lower. */
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  OutOfDeviceMemoryException(String message) {
    super(message);
  }
}
