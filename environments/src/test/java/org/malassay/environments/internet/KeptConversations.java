package org.malassay.environments.internet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads what was kept of conversations. */
final class KeptConversations {
  private KeptConversations() {}

  static List<JsonNode> read(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
        MappingIterator<JsonNode> lines =
            new ObjectMapper().readerFor(JsonNode.class).readValues(in)) {
      return lines.readAll();
    }
  }

  static long bytes(Path file) throws IOException {
    return read(file).stream().mapToLong(KeptConversations::length).sum();
  }

  static long bytesOf(Path file, int conversation) throws IOException {
    return read(file).stream()
        .filter(line -> line.path("conversation").asInt() == conversation)
        .mapToLong(KeptConversations::length)
        .sum();
  }

  private static long length(JsonNode line) {
    String said = line.path("sent").asText() + line.path("received").asText();
    return said.length();
  }
}
