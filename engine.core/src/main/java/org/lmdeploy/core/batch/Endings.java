package org.lmdeploy.core.batch;

import java.lang.System.Logger.Level;
import java.util.Collection;
import org.lmdeploy.api.error.DeviceFailureException;
import org.lmdeploy.api.error.ErrorCode;
import org.lmdeploy.api.error.LmDeployException;

/** Takes requests out that end otherwise than by their own last token. */
final class Endings {
  private static final System.Logger LOG = System.getLogger("org.lmdeploy.core");

  private final String model;
  private final Scheduler scheduler;
  private final Counters counters;
  private final Runnable publish;

  Endings(String model, Scheduler scheduler, Counters counters, Runnable publish) {
    this.model = model;
    this.scheduler = scheduler;
    this.counters = counters;
    this.publish = publish;
  }

  /** Takes out the requests that their readers have withdrawn. */
  void withdrawn() {
    scheduler.removeWithdrawn().forEach(this::countWithdrawn);
  }

  /** Takes requests out and tells their readers why. */
  void fail(Collection<Sequence> sequences, LmDeployException reason) {
    try {
      for (Sequence sequence : sequences) {
        scheduler.remove(sequence);
        if (sequence.stream().withdrawal() == TokenStream.Withdrawal.NONE) {
          counters.failed++;
        } else {
          countWithdrawn(sequence);
        }
      }
      publish.run();
    } finally {
      sequences.forEach(sequence -> sequence.stream().fail(reason));
    }
  }

  private void countWithdrawn(Sequence sequence) {
    if (sequence.stream().withdrawal() == TokenStream.Withdrawal.STOPPED) {
      counters.finished++;
    } else {
      counters.cancelled++;
    }
  }

  /** What a reader is told about an error in a step. It is logged with its trace. */
  LmDeployException explain(Throwable error) {
    LOG.log(Level.ERROR, "A step of model " + model + " failed", error);
    if (error instanceof LmDeployException typed) {
      return typed;
    }
    if (error instanceof OutOfMemoryError) {
      return new DeviceFailureException(
          ("Java ran out of memory (%s) in a step of model %s; give it more with -Xmx,"
                  + " or lower max_prefill_token_num or max_batch_size")
              .formatted(error.getMessage(), model),
          error);
    }
    return new LmDeployException(
        ErrorCode.INTERNAL, "a step of model " + model + " failed: " + error, error);
  }
}
