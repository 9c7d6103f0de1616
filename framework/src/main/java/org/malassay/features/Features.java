package org.malassay.features;

import java.util.List;

/**
 * What was made of one sample.
 *
 * @param sheet the numbers
 * @param pieces the files beside them
 */
public record Features(FeatureSheet sheet, List<FeaturePiece> pieces) {
  public Features {
    pieces = List.copyOf(pieces);
  }
}
