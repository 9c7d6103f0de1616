package org.malassay.experiments;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

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
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(SampleSources.FOLDER.resolve("forbidden.csv"));
        CSVParser rows = format.parse(reader)) {
      return rows.stream()
          .map(
              row ->
                  new ContainerForbids(
                      row.get("sample"), row.get("container"), row.get("raspbian"), row.get("why")))
          .toList();
    }
  }

  /** As the README of the environments shows it. */
  String line() {
    return "| `%s` | %s | %s | %s |".formatted(sample, container, raspbian, why);
  }
}
