package org.lmdeploy.model.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lmdeploy.api.image.RgbImage;

class PillowResizeTest {

  /** Hashes of the bytes that Pillow 11.0.0 and 12.3.0 give for {@link #noise}. */
  @ParameterizedTest
  @CsvSource({
    "NEAREST,7,5,13,11,8b46b44e03d176aef6fdd2607085aeda",
    "LANCZOS,7,5,13,11,c4573fb4962471dc787880608a52945a",
    "BILINEAR,7,5,13,11,df6ef39ba4ee69f0dcaefca99a6485b2",
    "BICUBIC,7,5,13,11,a7fc0c22eb464cb6eea3118396dec80c",
    "BOX,7,5,13,11,8b46b44e03d176aef6fdd2607085aeda",
    "HAMMING,7,5,13,11,4ba7e71e44f590e8c0d037f1dc6e56d0",
    "NEAREST,64,48,31,97,4814cabe1760f7f533ebf10d54eee43b",
    "LANCZOS,64,48,31,97,76bbdfdb4d59c3c4b3b88c4a4023291d",
    "BILINEAR,64,48,31,97,09f2ebf69e04dc201e5c772701369ae6",
    "BICUBIC,64,48,31,97,cf0649a5bfc54b8d279068f838c66ef7",
    "BOX,64,48,31,97,f8b40dd808a5397c30dd622257b06842",
    "HAMMING,64,48,31,97,65c6c8ab7e78511ff0bcbc66b3d63476",
    "BICUBIC,200,150,448,448,49e95c617b2aa90cb2830bb97ab14aa2",
    "BICUBIC,448,336,224,224,0cbeb6398706c27cbdd3392de7687b66",
    "NEAREST,33,33,33,80,ba6c100cef2c921671fab6d0deb60a43",
    "LANCZOS,33,33,33,80,cb9717745393f47edc04cea1410ad206",
    "BILINEAR,33,33,33,80,8052c527a6b7d5a58a39a2cf2a7ac78e",
    "BICUBIC,33,33,33,80,b8203c59ab61341d151551b102ed7269",
    "BOX,33,33,33,80,ba6c100cef2c921671fab6d0deb60a43",
    "HAMMING,33,33,33,80,56388ef562e4bfa4182cad5c52a5a9b7",
    "NEAREST,80,33,21,33,939f63722e478bd5c7e4759818b0b312",
    "LANCZOS,80,33,21,33,e1bf33b4b791b26fc270dc03f6f65bd9",
    "BILINEAR,80,33,21,33,4b266f3e49c5f09257813301d6489179",
    "BICUBIC,80,33,21,33,1af718fb2e6397ca4b8e564768fe3372",
    "BOX,80,33,21,33,0fe2aeab40d1db9e3e0e864054e99261",
    "HAMMING,80,33,21,33,48f590f454790d1e7a3efdf4968c722f",
    "NEAREST,1,1,5,7,7054221a1d0686d82476e580217a148a",
    "LANCZOS,1,1,5,7,7054221a1d0686d82476e580217a148a",
    "BILINEAR,1,1,5,7,7054221a1d0686d82476e580217a148a",
    "BICUBIC,1,1,5,7,7054221a1d0686d82476e580217a148a",
    "BOX,1,1,5,7,7054221a1d0686d82476e580217a148a",
    "HAMMING,1,1,5,7,7054221a1d0686d82476e580217a148a",
    "NEAREST,640,2,3,9,33651f686f70b67cbdac0e46cf81204b",
    "LANCZOS,640,2,3,9,4d2b7913f9d6b8d6d0bf4b953657a6ab",
    "BILINEAR,640,2,3,9,e5025e8c9c1665e7f90c494c4146f2da",
    "BICUBIC,640,2,3,9,15e31ee812247b7a4c4cfcd199d77cd7",
    "BOX,640,2,3,9,ada5ed7c0ea5d1d9b9b54edb2419bffc",
    "HAMMING,640,2,3,9,8fd448e4d2ce7e9960c134cc8f7f2abf",
    "NEAREST,3,250,17,11,74845bafd90f06baab438444aa6626cb",
    "LANCZOS,3,250,17,11,5fbe4b2aa385723e8bf0e0067f7e92e3",
    "BILINEAR,3,250,17,11,12853a329d52f4504645bfe385dc489c",
    "BICUBIC,3,250,17,11,60683758e4da1d9fb7a5bb354711c513",
    "BOX,3,250,17,11,92bb1f9dfcad88a3bf5a08031c6980a7",
    "HAMMING,3,250,17,11,d383f7797fe7dda537a20ec424e33b31",
  })
  void hasPillowsBytes(
      Filter filter, int fromWidth, int fromHeight, int width, int height, String sha256)
      throws Exception {
    RgbImage resized = PillowResize.resize(noise(fromWidth, fromHeight), width, height, filter);
    assertEquals(width, resized.width());
    assertEquals(height, resized.height());
    assertSha256(sha256, resized);
  }

  /** Hashes of the bytes that Pillow 13.0.0 gives for {@link #noise}. */
  @ParameterizedTest
  @CsvSource({
    "NEAREST,3,250,17,11,74845bafd90f06baab438444aa6626cb",
    "LANCZOS,3,250,17,11,1e45b7f4064323c962b77742595ded21",
    "BILINEAR,3,250,17,11,170722091d50d5d8da0fc7befd3a0008",
    "BICUBIC,3,250,17,11,ca51fbb8c2d812369708ba789f18e09d",
    "BOX,3,250,17,11,92bb1f9dfcad88a3bf5a08031c6980a7",
    "HAMMING,3,250,17,11,7d71560cb63dea2bdd18bcc1f06f1736",
    "BICUBIC,80,33,21,33,1af718fb2e6397ca4b8e564768fe3372",
    "BICUBIC,64,48,31,97,cf0649a5bfc54b8d279068f838c66ef7",
    "BICUBIC,240,320,224,224,ef1c8c98fb21805e0423ff2bee317558",
  })
  void hasPillow13sBytes(
      Filter filter, int fromWidth, int fromHeight, int width, int height, String sha256)
      throws Exception {
    assertSha256(
        sha256,
        PillowResize.resizeAsPillow13(
            noise(fromWidth, fromHeight), width, height, filter, Parallel.SEQUENTIAL));
  }

  private static void assertSha256(String sha256, RgbImage image) throws Exception {
    assertEquals(
        sha256,
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(image.rgb()))
            .substring(0, 32));
  }

  @Test
  void agreesWithTheFormulaWrittenOut() {
    Random random = new Random(11);
    for (int i = 0; i < 300; i++) {
      Filter filter = Filter.values()[1 + i % 5];
      RgbImage image = noise(1 + random.nextInt(40), 1 + random.nextInt(40));
      int width = 1 + random.nextInt(60);
      int height = 1 + random.nextInt(60);
      RgbImage wanted = PlainResize.rows(PlainResize.columns(image, width, filter), height, filter);
      assertArrayEquals(
          wanted.rgb(),
          PillowResize.resize(image, width, height, filter).rgb(),
          () -> filter + " " + image + " to " + width + "x" + height);
    }
  }

  @Test
  void bandsDoNotChangeTheResult() {
    Random random = new Random(12);
    for (int i = 0; i < 40; i++) {
      Filter filter = Filter.values()[i % 6];
      RgbImage image = noise(1 + random.nextInt(300), 1 + random.nextInt(300));
      int width = 1 + random.nextInt(300);
      int height = 1 + random.nextInt(400);
      assertArrayEquals(
          PillowResize.resize(image, width, height, filter).rgb(),
          PillowResize.resize(image, width, height, filter, Parallel.COMMON_POOL).rgb());
    }
  }

  @Test
  void oneColourStaysThatColour() {
    for (Filter filter : Filter.values()) {
      for (int value : new int[] {0, 1, 127, 254, 255}) {
        byte[] rgb = new byte[17 * 9 * 3];
        Arrays.fill(rgb, (byte) value);
        for (byte sample : PillowResize.resize(new RgbImage(17, 9, rgb), 40, 5, filter).rgb()) {
          assertEquals((byte) value, sample, () -> filter + " of " + value);
        }
      }
    }
  }

  @Test
  void theSameSizeIsTheSameImage() {
    RgbImage image = noise(5, 4);
    assertSame(image, PillowResize.resize(image, 5, 4, Filter.BICUBIC));
  }

  @Test
  void refusesSizesThatCannotBe() {
    RgbImage image = noise(5, 4);
    assertThrows(
        IllegalArgumentException.class, () -> PillowResize.resize(image, 0, 4, Filter.BICUBIC));
    assertThrows(
        IllegalArgumentException.class, () -> PillowResize.resize(image, 5, -1, Filter.BICUBIC));
    assertThrows(
        IllegalArgumentException.class,
        () -> PillowResize.resize(image, 40_000, 40_000, Filter.BICUBIC));
  }

  @Test
  void codesAreThoseOfPreprocessorConfigs() {
    for (Filter filter : Filter.values()) {
      assertSame(filter, Filter.ofCode(filter.code()).orElseThrow());
    }
    assertEquals(3, Filter.BICUBIC.code());
    assertEquals(2, Filter.BILINEAR.code());
    assertEquals(java.util.Optional.empty(), Filter.ofCode(6));
  }

  /**
   * Reproducible noise: the upper bytes of a linear congruential generator that begins with {@code
   * 31 * width + height}.
   */
  static RgbImage noise(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    int state = width * 31 + height;
    for (int i = 0; i < rgb.length; i++) {
      state = state * 1664525 + 1013904223;
      rgb[i] = (byte) (state >>> 24);
    }
    return new RgbImage(width, height, rgb);
  }
}
