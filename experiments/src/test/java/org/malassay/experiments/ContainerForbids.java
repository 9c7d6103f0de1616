package org.malassay.experiments;

import java.io.IOException;
import java.util.List;

/**
 * One row of {@code forbidden.csv}: a sample, or an odd ELF file, that does not end in a container
 * on an ARM kernel as in a Raspberry Pi guest.
 *
 * @param container the cause there, or {@code runs}
 * @param raspbian the same in the other
 * @param why what of a container makes the difference
 */
record ContainerForbids(String sample, String container, String raspbian, String why) {

  static List<ContainerForbids> table() throws IOException {
    return SampleSources.rows("forbidden.csv").stream()
        .map(
            row ->
                new ContainerForbids(
                    row.get("sample"), row.get("container"), row.get("raspbian"), row.get("why")))
        .toList();
  }

  /** As the README of the environments shows it. */
  String line() {
    return "| `%s` | %s | %s | %s |".formatted(sample, container, raspbian, why);
  }
}
