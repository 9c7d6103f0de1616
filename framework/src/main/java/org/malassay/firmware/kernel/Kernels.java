package org.malassay.firmware.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.firmware.Kernel;
import org.malassay.firmware.Kernel.Told;

/**
 * The kernels of one image, put together of what its files say: banners, modules, configurations,
 * maps, and settings of the system. For one thread at a time.
 */
public final class Kernels {
  private static final Pattern MAP_NAME = Pattern.compile(".*/System\\.map(?:-(.+))?");
  private static final Pattern CONFIG_NAME =
      Pattern.compile(".*/(?:kernel\\.config|\\.config|config)(?:-(\\d.+))?");
  private static final Pattern MODULES = Pattern.compile(".*/lib/modules/(\\d+\\.\\d+[^/]*)/.*");

  private record Found(String path, KernelFinding finding) {}

  private record Module(String path, ModuleFinding finding) {}

  /** What a file tells of a kernel's options, and of which kernel; empty if it does not say. */
  private record Text(String version, String architecture, String path, Map<String, Told> told) {}

  private final Map<String, Found> banners = new LinkedHashMap<>();
  private final Map<String, List<Module>> modules = new TreeMap<>();
  private final List<Text> configurations = new ArrayList<>();
  private final List<Text> maps = new ArrayList<>();
  private final Map<String, Told> settings = new HashMap<>();

  /** A file that is a kernel. The same kernel in several parts counts once. */
  public void kernel(String path, KernelFinding finding) {
    banners.putIfAbsent(finding.banner(), new Found(path, finding));
  }

  /** A module. */
  public void module(String path, ModuleFinding finding) {
    Matcher folder = MODULES.matcher(path);
    String version =
        !finding.version().isEmpty() ? finding.version() : folder.matches() ? folder.group(1) : "";
    if (!version.isEmpty()) {
      modules.computeIfAbsent(version, any -> new ArrayList<>()).add(new Module(path, finding));
    }
  }

  /** Whether a file may say something by its name, so that {@link #text} is to be asked. */
  public static boolean isText(String path) {
    return MAP_NAME.matcher(path).matches() || CONFIG_NAME.matcher(path).matches();
  }

  /** A file with a map or a configuration; any other is passed over. */
  public void text(String path, String text) {
    Matcher map = MAP_NAME.matcher(path);
    Matcher config = CONFIG_NAME.matcher(path);
    if (map.matches()) {
      String version = Optional.ofNullable(map.group(1)).orElse("");
      Symbols.ofMap(text).ifPresent(told -> maps.add(new Text(version, "", path, told)));
    } else if (config.matches()) {
      Configuration.read(text)
          .ifPresent(
              found ->
                  configurations.add(
                      new Text(
                          Optional.ofNullable(config.group(1)).orElse(found.version()),
                          found.architecture().isEmpty()
                              ? ""
                              : KernelImage.label(found.architecture(), found),
                          path,
                          KernelImage.told(found, path))));
    }
  }

  /**
   * A setting of the image that the kernel obeys.
   *
   * @param name such as {@code kernel.randomize_va_space}, {@code selinux}
   * @param value with the file that says so
   */
  public void setting(String name, Told value) {
    settings.put(name, value);
  }

  /** The kernels, those with a banner first. */
  public List<Kernel> kernels() {
    List<Kernel> kernels = new ArrayList<>();
    for (Found found : banners.values()) {
      KernelFinding finding = found.finding();
      List<Module> own = modules.getOrDefault(finding.version(), List.of());
      kernels.add(
          kernel(
              finding.version(),
              finding.architecture().isEmpty() ? architecture(own) : finding.architecture(),
              finding.built(),
              (finding.configured() ? "banner and ikconfig of " : "banner of ") + found.path(),
              Optional.of(finding),
              own));
    }
    modules.forEach(
        (version, own) -> {
          if (kernels.stream().noneMatch(kernel -> kernel.version().equals(version))) {
            kernels.add(
                kernel(
                    version,
                    architecture(own),
                    "",
                    "vermagic of %d modules, such as %s".formatted(own.size(), own.get(0).path()),
                    Optional.empty(),
                    own));
          }
        });
    for (Text configuration : configurations) {
      if (kernels.isEmpty()
          || (!configuration.version().isEmpty()
              && kernels.stream()
                  .noneMatch(kernel -> isOf(configuration, kernel.version(), kernels.size())))) {
        kernels.add(
            kernel(
                configuration.version(),
                configuration.architecture(),
                "",
                "configuration " + configuration.path(),
                Optional.empty(),
                List.of()));
      }
    }
    return kernels;
  }

  private static String architecture(List<Module> modules) {
    return modules.stream().map(module -> module.finding().architecture()).findFirst().orElse("");
  }

  private Kernel kernel(
      String version,
      String architecture,
      String built,
      String how,
      Optional<KernelFinding> finding,
      List<Module> own) {
    Map<String, Told> options = new HashMap<>();
    if (finding.isPresent() && finding.get().configured()) {
      options.putAll(finding.get().options());
    }
    int kernels = Math.max(1, banners.size());
    for (List<Text> texts : List.of(configurations, maps)) {
      texts.stream()
          .filter(text -> isOf(text, version, kernels))
          .forEach(text -> text.told().forEach(options::putIfAbsent));
    }
    // What is there tells more than what is not.
    Map<String, Told> byModules = byModules(own);
    finding.ifPresent(
        found ->
            found
                .options()
                .forEach(
                    (option, told) -> {
                      Told module = byModules.get(option);
                      options.putIfAbsent(
                          option,
                          told.value().equals("n") && module != null && module.value().equals("y")
                              ? module
                              : told);
                    }));
    byModules.forEach(options::putIfAbsent);
    return new Kernel(
        version,
        architecture,
        built,
        how,
        options,
        Protections.of(
            version, options, finding.map(KernelFinding::marks).orElse(Map.of()), settings));
  }

  /** Versions need not be written alike: a configuration lacks what is put behind the number. */
  private static boolean isOf(Text text, String version, int kernels) {
    return text.version().isEmpty()
        ? kernels == 1
        : text.version().equals(version)
            || version.startsWith(text.version() + "-")
            || version.startsWith(text.version() + "+");
  }

  private static Map<String, Told> byModules(List<Module> modules) {
    Map<String, Told> told = new HashMap<>();
    for (Module module : modules) {
      String how = "module " + module.path();
      String vermagic = " " + module.finding().vermagic() + " ";
      told.putIfAbsent("CONFIG_MODULES", new Told("y", how));
      if (module.finding().canary()) {
        told.putIfAbsent("CONFIG_STACKPROTECTOR", new Told("y", how));
      }
      if (module.finding().signed()) {
        told.putIfAbsent("CONFIG_MODULE_SIG", new Told("y", how + " is signed"));
      }
      if (!module.finding().vermagic().isEmpty()) {
        told.putIfAbsent("CONFIG_SMP", new Told(vermagic.contains(" SMP ") ? "y" : "n", how));
      }
    }
    return told;
  }
}
