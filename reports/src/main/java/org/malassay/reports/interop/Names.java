package org.malassay.reports.interop;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.behavior.Question;

/** Names and pages that a sample asked for, as far as they are well-formed. */
final class Names {
  /** As long as DNS lets one be (RFC 1035). */
  private static final int LONGEST = 253;

  /** RFC 1034: letters, digits and hyphens, at least two labels, the last one no number. */
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private static final int LONGEST_PAGE = 2048;

  private static final Pattern PAGE =
      Pattern.compile("(?s)http://(\\[[0-9a-fA-F:.]+]|[^/?#:@\\[\\]]+)(:[0-9]{1,5})?((?:[/?].*)?)");

  /** What path and query of a URL may not have as it stands (RFC 3986). */
  private static final Pattern NOT_IN_URL =
      Pattern.compile("[^A-Za-z0-9._~:/?@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})");

  private Names() {}

  /** The name in lower case; empty when it is none that can be in DNS. */
  static Optional<String> domain(String hostile) {
    String name = hostile.toLowerCase(Locale.ROOT);
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return bare.length() <= LONGEST && DOMAIN.matcher(bare).matches()
        ? Optional.of(bare)
        : Optional.empty();
  }

  /** The name whose address or the like DNS was asked for; none of an address's name. */
  static Optional<String> ofDns(Question question) {
    String[] words = question.asked().split(" ", 2);
    return question.protocol().equals("dns") && words.length == 2 && !words[0].equals("PTR")
        ? domain(words[1])
        : Optional.empty();
  }

  /** The name that a client of TLS said it wants. */
  static Optional<String> ofTls(Question question) {
    String asked = question.asked();
    if (!question.protocol().equals("tls") || !asked.startsWith("hello ")) {
      return Optional.empty();
    }
    int end = asked.indexOf(',');
    return domain(asked.substring("hello ".length(), end < 0 ? asked.length() : end));
  }

  /**
   * A page that was asked for.
   *
   * @param host a name or an address, as it was asked for
   * @param port with a colon before it, or empty
   * @param rest from the path on, well-formed
   */
  record Page(String method, String host, String port, String rest) {
    /** Its URL at this host. */
    String at(String host) {
      return "http://" + host + port + rest;
    }

    /** The host, without the brackets of an IPv6 address. */
    String bareHost() {
      return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
  }

  /** The page of HTTP that was asked for; empty when it is none, or does not end. */
  static Optional<Page> page(Question question) {
    String[] words = question.asked().split(" ", 2);
    if (!question.protocol().equals("http")
        || words.length < 2
        || words[1].length() > LONGEST_PAGE
        || words[1].endsWith("…")) {
      return Optional.empty();
    }
    Matcher page = PAGE.matcher(words[1]);
    if (!page.matches()) {
      return Optional.empty();
    }
    Page found =
        new Page(
            words[0].replaceAll("[^A-Za-z]", ""),
            page.group(1).toLowerCase(Locale.ROOT),
            page.group(2) == null ? "" : page.group(2),
            NOT_IN_URL.matcher(page.group(3)).replaceAll(Names::escaped));
    return domain(found.host()).isPresent() || Addresses.kind(found.bareHost()).isPresent()
        ? Optional.of(found)
        : Optional.empty();
  }

  /** What was asked is bytes, each of them a character. */
  private static String escaped(MatchResult character) {
    return "%%%02X".formatted(character.group().charAt(0) & 0xFF);
  }
}
