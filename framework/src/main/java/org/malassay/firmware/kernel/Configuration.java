package org.malassay.firmware.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel's configuration, {@code .config}: options by name, without those that are not set.
 * Options that changed their name have the later one, so that kernels of all ages can be compared.
 *
 * @param version of the kernel that it says it is for; empty if it says none
 * @param architecture the kernel's word for it, such as {@code arm64}; empty if it says none
 */
public record Configuration(String version, String architecture, Map<String, String> options) {
  /** {@code # Linux/arm 5.4.0 Kernel Configuration}, before 2.6.35 on two lines. */
  private static final Pattern TITLE =
      Pattern.compile("(?m)^# Linux/(\\S+) (\\d+\\.\\d+\\S*) Kernel Configuration");

  private static final Pattern OLD_TITLE =
      Pattern.compile("(?m)^# Linux kernel version: (\\d+\\.\\d+\\S*)");

  private static final Pattern OPTION = Pattern.compile("(?m)^(CONFIG_\\w+)=(.*)$");
  private static final Pattern UNSET = Pattern.compile("(?m)^# CONFIG_\\w+ is not set$");

  /** Fewer are no kernel's: Busybox and U-Boot have such files, too. */
  private static final int FEWEST = 20;

  /** Earlier names: of the stack protector until 4.17, of read-only memory until 4.10. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "CONFIG_CC_STACKPROTECTOR", "CONFIG_STACKPROTECTOR",
          "CONFIG_CC_STACKPROTECTOR_REGULAR", "CONFIG_STACKPROTECTOR",
          "CONFIG_CC_STACKPROTECTOR_AUTO", "CONFIG_STACKPROTECTOR",
          "CONFIG_CC_STACKPROTECTOR_STRONG", "CONFIG_STACKPROTECTOR_STRONG",
          "CONFIG_DEBUG_RODATA", "CONFIG_STRICT_KERNEL_RWX",
          "CONFIG_ARM_KERNMEM_PERMS", "CONFIG_STRICT_KERNEL_RWX",
          "CONFIG_DEBUG_SET_MODULE_RONX", "CONFIG_STRICT_MODULE_RWX",
          "CONFIG_RETPOLINE", "CONFIG_MITIGATION_RETPOLINE",
          "CONFIG_PAGE_TABLE_ISOLATION", "CONFIG_MITIGATION_PAGE_TABLE_ISOLATION");

  private static final String STRONG = "CONFIG_STACKPROTECTOR_STRONG";
  private static final String ANY = "CONFIG_STACKPROTECTOR";

  public Configuration {
    options = Map.copyOf(options);
  }

  /** The name that an option has today. */
  static String today(String option) {
    return RENAMED.getOrDefault(option, option);
  }

  /** Reads a text; empty if it is no kernel's configuration. */
  public static Optional<Configuration> read(String text) {
    Map<String, String> options = new HashMap<>();
    Matcher option = OPTION.matcher(text);
    while (option.find()) {
      String value = option.group(2).strip();
      options.putIfAbsent(today(option.group(1)), unquoted(value));
    }
    if ("y".equals(options.get(STRONG))) {
      options.putIfAbsent(ANY, "y");
    }
    Matcher title = TITLE.matcher(text);
    Matcher old = OLD_TITLE.matcher(text);
    boolean titled = title.find();
    boolean kernel =
        titled || old.find() || (options.containsKey("CONFIG_MMU") && UNSET.matcher(text).find());
    if (!kernel || options.size() < FEWEST) {
      return Optional.empty();
    }
    return Optional.of(
        new Configuration(
            titled ? title.group(2) : old.reset().find() ? old.group(1) : "",
            titled ? title.group(1) : "",
            options));
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  /** The value of an option; {@code n} if it is not set. */
  public String value(String option) {
    return options.getOrDefault(option, "n");
  }
}
