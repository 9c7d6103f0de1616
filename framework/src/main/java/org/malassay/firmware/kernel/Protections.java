package org.malassay.firmware.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.malassay.firmware.Kernel.Told;

/**
 * What the options of a kernel add up to: one value a protection. A pure function.
 *
 * <ul>
 *   <li>{@code stack-protector}, {@code strict-rwx}, {@code kaslr}, {@code module-signing}, {@code
 *       seccomp}, {@code hardened-usercopy}, {@code fortify}: as their option, {@code unknown} if
 *       that is not told
 *   <li>{@code aslr}: {@code y} if the kernel knows {@code randomize_va_space} and nothing in the
 *       image turns it off; {@code partial} with {@code CONFIG_COMPAT_BRK}, which leaves the heap
 *       out; {@code n} if a {@code sysctl.conf} turns it off
 *   <li>{@code lsm-built}: the security modules that are in the kernel, {@code none}, or {@code
 *       unknown}
 *   <li>{@code lsm-enabled}: of these the one that restricts by default, as {@code CONFIG_LSM},
 *       {@code CONFIG_DEFAULT_SECURITY} and the image's own settings say
 *   <li>{@code hardening}: how many of the options that kernel-hardening-checker names are as it
 *       wants them, of how many that are told
 * </ul>
 */
final class Protections {
  private static final String UNKNOWN = "unknown";

  /** {@code randomize_va_space} came with it. */
  private static final String FIRST_WITH_ASLR = "2.6.12";

  private static final Map<String, String> BY_OPTION =
      Map.of(
          "stack-protector", "CONFIG_STACKPROTECTOR",
          "strict-rwx", "CONFIG_STRICT_KERNEL_RWX",
          "kaslr", "CONFIG_RANDOMIZE_BASE",
          "module-signing", "CONFIG_MODULE_SIG",
          "seccomp", "CONFIG_SECCOMP",
          "hardened-usercopy", "CONFIG_HARDENED_USERCOPY",
          "fortify", "CONFIG_FORTIFY_SOURCE");

  private static final Map<String, String> LSMS =
      new TreeMap<>(
          Map.of(
              "apparmor", "CONFIG_SECURITY_APPARMOR",
              "bpf", "CONFIG_BPF_LSM",
              "landlock", "CONFIG_SECURITY_LANDLOCK",
              "loadpin", "CONFIG_SECURITY_LOADPIN",
              "lockdown", "CONFIG_SECURITY_LOCKDOWN_LSM",
              "selinux", "CONFIG_SECURITY_SELINUX",
              "smack", "CONFIG_SECURITY_SMACK",
              "tomoyo", "CONFIG_SECURITY_TOMOYO",
              "yama", "CONFIG_SECURITY_YAMA"));

  /** Those by which access is controlled, of which one is the default. */
  private static final List<String> MAJOR = List.of("selinux", "apparmor", "smack", "tomoyo");

  /** Every option that a protection is told by. */
  static final List<String> OPTIONS =
      Stream.of(
              BY_OPTION.values().stream(),
              LSMS.values().stream(),
              Stream.of(
                  "CONFIG_LSM",
                  "CONFIG_DEFAULT_SECURITY",
                  "CONFIG_SECURITY",
                  "CONFIG_COMPAT_BRK",
                  "CONFIG_MMU",
                  "CONFIG_STACKPROTECTOR_STRONG",
                  "CONFIG_STRICT_MODULE_RWX",
                  "CONFIG_MODULE_SIG_FORCE",
                  "CONFIG_MODULES",
                  "CONFIG_IKCONFIG",
                  "CONFIG_SMP"))
          .flatMap(names -> names)
          .sorted()
          .toList();

  private Protections() {}

  /**
   * @param version of the kernel; empty if it is not known
   * @param options what is told of them
   * @param marks as in {@link KernelFinding#marks()}
   * @param settings of the image: {@code kernel.randomize_va_space} and the like, and {@code
   *     selinux} or {@code apparmor} with what their own files say; how with each
   */
  static Map<String, Told> of(
      String version,
      Map<String, Told> options,
      Map<String, String> marks,
      Map<String, Told> settings) {
    Map<String, Told> protections = new TreeMap<>();
    BY_OPTION.forEach(
        (name, option) ->
            protections.put(
                name, options.getOrDefault(option, new Told(UNKNOWN, "nothing tells " + option))));
    protections.put("aslr", aslr(version, options, marks, settings));
    Told built = built(options);
    protections.put("lsm-built", built);
    protections.put("lsm-enabled", enabled(built, options, settings));
    protections.put("hardening", hardening(options));
    marks.forEach(
        (name, string) -> {
          if (name.equals("grsecurity") || name.equals("pax")) {
            protections.put(name, new Told("y", string));
          }
        });
    return protections;
  }

  private static Told aslr(
      String version,
      Map<String, Told> options,
      Map<String, String> marks,
      Map<String, Told> settings) {
    Told setting = settings.get("kernel.randomize_va_space");
    if (setting != null) {
      String value =
          switch (setting.value()) {
            case "0" -> "n";
            case "1" -> "partial";
            default -> "y";
          };
      return new Told(value, setting.how());
    }
    Told brk = options.get("CONFIG_COMPAT_BRK");
    if (brk != null && brk.value().equals("y")) {
      return new Told("partial", "CONFIG_COMPAT_BRK: " + brk.how());
    }
    Told mmu = options.get("CONFIG_MMU");
    if (mmu != null
        && (!mmu.value().equals("y") || Versions.compare(version, FIRST_WITH_ASLR) >= 0)) {
      return new Told(mmu.value(), "CONFIG_MMU: " + mmu.how());
    }
    return marks.containsKey("randomize_va_space")
        ? new Told("y", "string \"randomize_va_space\"")
        : new Told(
            UNKNOWN,
            mmu == null
                ? "no string \"randomize_va_space\", no configuration"
                : "no string \"randomize_va_space\", and not known to be " + FIRST_WITH_ASLR);
  }

  private static Told built(Map<String, Told> options) {
    List<String> there =
        LSMS.entrySet().stream()
            .filter(lsm -> "y".equals(value(options, lsm.getValue())))
            .map(Map.Entry::getKey)
            .toList();
    if (!there.isEmpty()) {
      return new Told(String.join(",", there), how(options, there.get(0)));
    }
    boolean told = MAJOR.stream().allMatch(name -> options.containsKey(LSMS.get(name)));
    return told
        ? new Told("none", how(options, "selinux"))
        : new Told(UNKNOWN, "nothing tells which are built");
  }

  private static String how(Map<String, Told> options, String lsm) {
    return Optional.ofNullable(LSMS.get(lsm)).map(options::get).map(Told::how).orElse("");
  }

  private static String value(Map<String, Told> options, String option) {
    return Optional.ofNullable(options.get(option)).map(Told::value).orElse(UNKNOWN);
  }

  private static Told enabled(Told built, Map<String, Told> options, Map<String, Told> settings) {
    if (built.value().equals("none") || built.value().equals(UNKNOWN)) {
      return built;
    }
    List<String> there =
        MAJOR.stream().filter(List.of(built.value().split(","))::contains).toList();
    if (there.isEmpty()) {
      return new Told("none", "none that controls access is built: " + built.how());
    }
    for (String name : there) {
      Told own = settings.get(name);
      if (own != null) {
        return own.value().equals("disabled")
            ? new Told("none", own.how())
            : new Told(name + " (" + own.value() + ")", own.how());
      }
    }
    for (String option : List.of("CONFIG_LSM", "CONFIG_DEFAULT_SECURITY")) {
      Told told = options.get(option);
      if (told != null && !told.value().equals("n")) {
        return List.of(told.value().split(",")).stream()
            .filter(there::contains)
            .findFirst()
            .map(name -> new Told(name + " (no policy found)", option + ": " + told.how()))
            .orElse(new Told("none", option + ": " + told.how()));
      }
    }
    return new Told(UNKNOWN, "nothing tells which one is the default");
  }

  private static Told hardening(Map<String, Told> options) {
    long told = Hardening.wanted().keySet().stream().filter(options::containsKey).count();
    long right =
        Hardening.wanted().entrySet().stream()
            .filter(wanted -> wanted.getValue().equals(value(options, wanted.getKey())))
            .count();
    return told == 0
        ? new Told(UNKNOWN, "no option is told")
        : new Told(right + "/" + told, "options of kernel-hardening-checker that are told");
  }
}
