package org.malassay.reports.csv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.infection.CommandSeen;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.CsvCell;

/**
 * {@code commands.csv}: what each command of each login session caused: the stages of an infection,
 * the programs, and the calls that were told one by one, without those by which programs start.
 */
final class CommandsTable {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;
  private static final ObjectMapper JSON = new ObjectMapper();

  private CommandsTable() {}

  /** Without login sessions there is no such file: that of an earlier report goes. */
  static void write(RunDirectory run, List<Result> rows) throws IOException {
    Path file = run.path().resolve("commands.csv");
    List<Result> sessions = rows.stream().filter(row -> row.infection().isPresent()).toList();
    if (sessions.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    WholeFile.writeText(
        file,
        out -> {
          FORMAT.printRecord(
              out,
              "environment",
              "sample",
              "repetition",
              "number",
              "command",
              "stages",
              "programs",
              "calls");
          for (Result row : sessions) {
            for (CommandSeen command : commands(run, row)) {
              FORMAT.printRecord(
                  out,
                  CsvCell.text(row.environment()),
                  CsvCell.text(row.sample()),
                  row.repetition(),
                  command.number(),
                  CsvCell.text(command.typed()),
                  CsvCell.text(String.join(" ", command.stages())),
                  CsvCell.text(String.join("; ", command.programs())),
                  CsvCell.text(calls(command.calls())));
            }
          }
        });
  }

  private static List<CommandSeen> commands(RunDirectory run, Result row) throws IOException {
    Path file = run.evidence(row).folder().resolve(CommandSeen.FILE);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try {
      return List.of(JSON.readValue(Files.readAllBytes(file), CommandSeen[].class));
    } catch (JsonProcessingException e) {
      throw new IOException("%s is damaged: remove it".formatted(file), e);
    }
  }

  /** Such as {@code openat 2, write}. */
  private static String calls(Map<String, Long> calls) {
    return calls.entrySet().stream()
        .map(it -> it.getValue() == 1 ? it.getKey() : it.getKey() + " " + it.getValue())
        .collect(Collectors.joining(", "));
  }
}
