package org.malassay.environments.internet;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a web server gives out, and FTP and TFTP for files of that name: the first page counts that
 * fits.
 *
 * @param host of the URL; null for any
 * @param path of the URL, without what follows a question mark
 * @param method of the request; null for any
 * @param status of the answer
 * @param type its {@code Content-Type}; null for what is usual
 * @param location where the answer sends to; null for nowhere
 * @param text what the page holds
 * @param file the name of a file beside the rule that holds it
 * @param program the name of a harmless program that it is: where that one cannot be had, an empty
 *     page
 */
record Page(
    @Nullable Expression host,
    Expression path,
    @Nullable Expression method,
    int status,
    @Nullable String type,
    @Nullable String location,
    @Nullable String text,
    @Nullable String file,
    @Nullable String program) {
  private static final int OK = 200;

  Page {
    if (path == null) {
      throw new IllegalArgumentException("a page without a path");
    }
    if (Stream.of(text, file, program).filter(Objects::nonNull).count() > 1) {
      throw new IllegalArgumentException(
          "the page %s has more than one of text, file and program".formatted(path.pattern()));
    }
    status = status == 0 ? OK : status;
  }

  boolean fits(String method, String host, String path) {
    return fits(this.method, method) && fits(this.host, host) && fits(this.path, path);
  }

  private static boolean fits(@Nullable Expression expression, String text) {
    return expression == null || expression.pattern().matcher(text).matches();
  }
}
