package org.lmdeploy.hub.write;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdeploy.api.error.InvalidModelException;
import org.lmdeploy.api.error.InvalidRequestException;
import org.lmdeploy.api.error.UnsupportedFeatureException;
import org.lmdeploy.api.model.ModelFiles;
import org.lmdeploy.api.tensor.DType;
import org.lmdeploy.api.tensor.Shape;
import org.lmdeploy.hub.LocalModelFolders;
import org.lmdeploy.hub.safetensors.SafetensorsCheckpoint;
import org.lmdeploy.hub.safetensors.SafetensorsCheckpoint.Stored;

/**
 * Writes the weights of a model's folder again into another one, in shards of another size or in
 * another type, with everything else that the folder holds. The new folder is there when it is
 * complete and was compared with the old one, or not at all.
 */
public final class Repack {
  private static final LocalModelFolders FOLDERS = new LocalModelFolders();

  private Repack() {}

  /**
   * What is to change.
   *
   * @param dtype the type of all floating-point weights, F16 or BF16; empty to leave them
   * @param shardBytes a new shard begins before a file's tensors grow beyond this
   */
  public record Options(Optional<DType> dtype, long shardBytes) {
    /** Checks the type and the size. */
    public Options {
      if (dtype.isPresent() && dtype.get() != DType.F16 && dtype.get() != DType.BF16) {
        throw new IllegalArgumentException("weights are F16 or BF16, not " + dtype.get());
      }
      if (shardBytes < 1) {
        throw new InvalidRequestException(
            "max-shard-size", "a shard of " + shardBytes + " bytes cannot be");
      }
    }
  }

  /**
   * What was written.
   *
   * @param tensors how many
   * @param converted how many of them in another type than before
   * @param bytes of all of them
   */
  public record Result(int tensors, int converted, long bytes) {}

  /**
   * Writes the folder.
   *
   * @param progress takes a line for each stage
   * @throws org.lmdeploy.api.error.LmDeployException if the model cannot be read, the new folder
   *     holds something already, or a value does not fit the type
   */
  public static Result write(Path from, Path to, Options options, Consumer<String> progress)
      throws IOException {
    ModelFiles files = FOLDERS.read(from);
    if (options.dtype().isPresent() && files.config().has("quantization_config")) {
      throw new UnsupportedFeatureException(
          "dtype",
          "the weights in " + from + " are quantized; they can be repacked, but not converted");
    }
    try (SafetensorsCheckpoint source = FOLDERS.openFiles(from);
        NewFolder folder = NewFolder.beside(to, from)) {
      List<Repacked> tensors = tensors(source, options.dtype());
      progress.accept("copying what is no weight");
      OtherFiles.copy(from, folder.path(), options.dtype());
      progress.accept("writing " + tensors.size() + " tensors");
      Shards.write(folder.path(), tensors, options.shardBytes(), tensor -> tensor::fill);
      progress.accept("comparing them with the old ones");
      verify(folder.path(), tensors);
      folder.complete();
      return new Result(
          tensors.size(),
          (int) tensors.stream().filter(Repacked::converts).count(),
          tensors.stream().mapToLong(Repacked::bytes).sum());
    }
  }

  private static List<Repacked> tensors(SafetensorsCheckpoint source, Optional<DType> dtype) {
    List<Repacked> tensors = new ArrayList<>();
    for (String name : source.names()) {
      Stored stored = source.stored(name);
      Optional<DType> from = FloatConversion.floatType(stored.type());
      Optional<FloatConversion> conversion =
          from.isEmpty() || dtype.isEmpty() || from.equals(dtype)
              ? Optional.empty()
              : Optional.of(new FloatConversion(name, from.get(), dtype.get()));
      tensors.add(new Repacked(name, stored, conversion));
    }
    return tensors;
  }

  /** Reads what was written, with all the checks of a model that is loaded. */
  private static void verify(Path folder, List<Repacked> tensors) {
    FOLDERS.read(folder);
    try (SafetensorsCheckpoint written = FOLDERS.openFiles(folder)) {
      for (Repacked tensor : tensors) {
        Stored stored = written.stored(tensor.name());
        if (!stored.type().equals(tensor.type())
            || !stored.shape().equals(tensor.shape())
            || !tensor.equalsBytes(stored.data())) {
          throw new InvalidModelException(
              "tensor "
                  + tensor.name()
                  + " was not written as it should have been; the disk or its driver is at fault");
        }
      }
      if (written.names().size() != tensors.size()) {
        throw new InvalidModelException(
            "%s tensors were written and %s are read; the disk or its driver is at fault"
                .formatted(tensors.size(), written.names().size()));
      }
    }
  }

  /** A tensor on its way: copied, or converted. */
  private record Repacked(String name, Stored stored, Optional<FloatConversion> conversion)
      implements StoredTensor {
    @Override
    public String type() {
      return conversion.map(c -> c.to().name()).orElse(stored.type());
    }

    @Override
    public Shape shape() {
      return stored.shape();
    }

    @Override
    public long bytes() {
      return conversion
          .map(c -> c.to().bytes() * stored.shape().elements())
          .orElse(stored.data().byteSize());
    }

    boolean converts() {
      return conversion.isPresent();
    }

    void fill(MemorySegment part, long offset) {
      if (conversion.isPresent()) {
        conversion.get().fill(part, offset, stored.data());
      } else {
        part.copyFrom(stored.data().asSlice(offset, part.byteSize()));
      }
    }

    boolean equalsBytes(MemorySegment written) {
      if (written.byteSize() != bytes()) {
        return false;
      }
      if (conversion.isEmpty()) {
        return written.mismatch(stored.data()) < 0;
      }
      MemorySegment part = MemorySegment.ofArray(new byte[PartWriters.MOST_BYTES]);
      for (long offset = 0; offset < bytes(); offset += part.byteSize()) {
        MemorySegment expected = part.asSlice(0, Math.min(part.byteSize(), bytes() - offset));
        fill(expected, offset);
        if (expected.mismatch(written.asSlice(offset, expected.byteSize())) >= 0) {
          return false;
        }
      }
      return true;
    }
  }
}
