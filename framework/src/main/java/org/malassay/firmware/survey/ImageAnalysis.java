package org.malassay.firmware.survey;

import java.io.IOException;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;

/** Reads and judges one image; safe for use by several threads. */
public interface ImageAnalysis {
  /**
   * What is known of an image; what of it nobody understands is among its parts.
   *
   * @throws IOException if its file cannot be read
   */
  ImageFacts of(FirmwareImage image) throws IOException;
}
