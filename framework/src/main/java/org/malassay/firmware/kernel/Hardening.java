package org.malassay.firmware.kernel;

import java.util.LinkedHashMap;
import java.util.Map;
import org.malassay.firmware.text.WordList;

/**
 * The options that harden a kernel and the values that kernel-hardening-checker wants of them, as
 * its documentation names them; {@code hardening.list} says which version. Those that only a PC has
 * are left out.
 */
public final class Hardening {
  private static final Map<String, String> WANTED = read();

  private Hardening() {}

  private static Map<String, String> read() {
    Map<String, String> wanted = new LinkedHashMap<>();
    WordList.beside(Hardening.class, "hardening.list")
        .forEach(words -> wanted.put(Configuration.today(words.get(0)), words.get(1)));
    return Map.copyOf(wanted);
  }

  /** By the name of an option, its wanted value: {@code y}, {@code n} or a text. */
  public static Map<String, String> wanted() {
    return WANTED;
  }
}
