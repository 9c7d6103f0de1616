package org.malassay.firmware.system;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.malassay.firmware.Account;
import org.malassay.sample.SafeText;

/**
 * The accounts of {@code passwd} and {@code shadow}; passwords are told by their scheme, crypt(5).
 */
final class Accounts {
  private static final Pattern DES = Pattern.compile("[./0-9A-Za-z]{13}|_[./0-9A-Za-z]{19}");
  private static final Pattern SHELL = Pattern.compile(".*/(?:[abcdkz]|ba|da|tc|mk|fi)?sh");
  private static final int MOST = 1000;
  private static final int MOST_NAME = 100;

  private Accounts() {}

  /**
   * @param shadowFile where that lies; empty if there is none
   */
  static List<Account> of(String passwdFile, String passwd, String shadowFile, String shadow) {
    Map<String, String> kept = new HashMap<>();
    shadow
        .lines()
        .limit(MOST)
        .map(line -> line.split(":", 3))
        .filter(fields -> fields.length > 1)
        .forEach(fields -> kept.putIfAbsent(fields[0], fields[1]));
    List<Account> accounts = new ArrayList<>();
    passwd
        .lines()
        .limit(MOST)
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length >= 7 && fields[2].matches("\\d{1,10}"))
        .forEach(
            fields -> {
              Optional<String> own =
                  Optional.ofNullable(kept.get(fields[0])).filter(any -> fields[1].equals("x"));
              String hash = own.orElse(fields[1]);
              accounts.add(
                  new Account(
                      SafeText.visible(cut(fields[0])),
                      Long.parseLong(fields[2]),
                      hash.equals("x") ? "unknown" : scheme(hash),
                      fields[6].isBlank() || SHELL.matcher(fields[6].strip()).matches(),
                      own.isPresent() ? shadowFile : passwdFile));
            });
    return accounts;
  }

  private static String cut(String name) {
    return name.substring(0, Math.min(MOST_NAME, name.length()));
  }

  /** The scheme of a password as it is kept. */
  static String scheme(String hash) {
    if (hash.isEmpty()) {
      return "none";
    }
    if (hash.startsWith("$")) {
      int end = hash.indexOf('$', 1);
      return switch (end < 0 ? hash.substring(1) : hash.substring(1, end)) {
        case "1" -> "md5";
        case "2", "2a", "2b", "2x", "2y" -> "bcrypt";
        case "5" -> "sha256";
        case "6" -> "sha512";
        case "y", "gy", "7" -> "yescrypt";
        default -> "unknown";
      };
    }
    if (DES.matcher(hash).matches()) {
      return "des";
    }
    return hash.startsWith("*") || hash.startsWith("!") || hash.equals("NP") ? "locked" : "unknown";
  }
}
