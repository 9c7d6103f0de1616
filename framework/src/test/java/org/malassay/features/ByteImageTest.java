package org.malassay.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteImageTest {
  /** Nataraj et al. 2011, table 1. */
  @ParameterizedTest
  @CsvSource({
    "1, 32",
    "10239, 32",
    "10240, 64",
    "30719, 64",
    "30720, 128",
    "61440, 256",
    "102400, 384",
    "204800, 512",
    "512000, 768",
    "1023999, 768",
    "1024000, 1024",
    "9999999999, 1024"
  })
  void theWidthIsByTheSizeOfTheFile(long size, int width) {
    assertThat(ByteImage.width(size)).isEqualTo(width);
  }

  @Test
  void everyByteIsAPixelAndTheRestOfTheLastLineIsBlack() throws IOException {
    byte[] bytes = Made.noise(1000);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(Png.grey(bytes, 32)));
    assertThat(image.getWidth()).isEqualTo(32);
    assertThat(image.getHeight()).isEqualTo(32);
    for (int i = 0; i < 32 * 32; i++) {
      assertThat(image.getRaster().getSample(i % 32, i / 32, 0))
          .isEqualTo(i < bytes.length ? bytes[i] & 0xff : 0);
    }
  }

  @Test
  void anEmptyFileHasNoPicture() {
    Findings findings = new Findings();
    ByteImage.of(Head.of(new byte[0]), findings);
    assertThat(findings.features(Set.of()).pieces()).isEmpty();
  }
}
