package org.malassay.environments.internet;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.malassay.environments.host.Digests;
import org.malassay.options.OptionException;

/** What the user has of that which recorded login sessions fetched, as pages at the same URLs. */
final class Payloads {
  private static final String OPTION = "-Dinternet.payloads=";

  private Payloads() {}

  /**
   * Reads those files that are there.
   *
   * @param payloads SHA-256 by URL: hostile text
   * @param bodies takes their contents, by SHA-256
   * @throws OptionException if the folder is none, or a file is not what its name says
   */
  static Answers.RuleFile read(
      Path folder, Map<String, String> payloads, Map<String, byte[]> bodies) {
    if (!Files.isDirectory(folder)) {
      throw new OptionException(OPTION + folder + ": this is no folder");
    }
    List<Page> pages = new ArrayList<>();
    payloads.forEach(
        (url, sha256) -> {
          Optional<URI> where = uri(url);
          if (where.isPresent() && Files.isRegularFile(folder.resolve(sha256))) {
            bodies.computeIfAbsent(sha256, name -> body(folder, name));
            pages.add(page(where.get(), sha256));
          }
        });
    return new Answers.RuleFile(List.of(), pages, List.of());
  }

  private static Optional<URI> uri(String url) {
    try {
      URI uri = new URI(url);
      return Optional.of(uri).filter(it -> it.getHost() != null && it.getRawPath() != null);
    } catch (URISyntaxException e) {
      return Optional.empty(); // nothing fetches it a second time
    }
  }

  private static byte[] body(Path folder, String sha256) {
    byte[] bytes = Answers.body(OPTION + folder, folder, sha256);
    if (!HexFormat.of().formatHex(Digests.sha256().digest(bytes)).equals(sha256)) {
      throw new OptionException(
          "%s%s: %s is another file than its name says".formatted(OPTION, folder, sha256));
    }
    return bytes;
  }

  private static Page page(URI where, String sha256) {
    String path = where.getRawPath().isEmpty() ? "/" : where.getRawPath();
    return new Page(
        Expression.of(Pattern.quote(where.getHost())),
        Expression.of(Pattern.quote(path)),
        null,
        0,
        null,
        null,
        null,
        sha256,
        null);
  }
}
