package org.malassay.firmware.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.firmware.Component;
import org.malassay.firmware.Entry;
import org.malassay.firmware.SourcePackage;
import org.malassay.firmware.SourcePackage.Patch;
import org.malassay.firmware.SourcePackage.SourceConfiguration;
import org.malassay.firmware.kernel.Configuration;
import org.malassay.firmware.kernel.KernelImage;
import org.malassay.sample.SafeText;

/**
 * Collects the entries of one source package, as an archive's reader tells them. Versions are told
 * by a kernel's {@code Makefile} ({@code VERSION}, {@code PATCHLEVEL}, {@code SUBLEVEL}), OpenWrt's
 * ({@code PKG_NAME}, {@code PKG_VERSION}) and Buildroot's ({@code NAME_VERSION}), {@code
 * configure.ac} ({@code AC_INIT}), and names of folders and archives, in this order. For one thread
 * at a time.
 */
public final class SourceJudge {
  private static final Pattern ASSIGNED =
      Pattern.compile("(?m)^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION) *= *([\\w.-]*) *$");
  private static final Pattern PKG =
      Pattern.compile("(?m)^PKG_(NAME|VERSION) *:?= *([\\w.+-]+) *$");
  private static final Pattern BUILDROOT =
      Pattern.compile("(?m)^([A-Z][A-Z0-9_]*)_VERSION *= *(\\d[\\w.+-]*) *$");
  private static final Pattern AC_INIT =
      Pattern.compile("AC_INIT\\(\\s*\\[?([\\w .+-]+?)\\]?\\s*,\\s*\\[?(\\d[\\w.+-]*)\\]?");
  private static final Pattern NAMED =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+_]*(?:[-_.][A-Za-z][A-Za-z0-9+_]*)*)[-_]v?(\\d+(?:\\.\\d+)+[a-z]{0,2}(?:[-_.]?(?:rc|p|pre|beta|test)\\d+)?)");
  private static final Pattern ARCHIVE =
      Pattern.compile("(.*?)(?:\\.orig)?\\.(?:tar(?:\\.\\w+)?|tgz|tbz2?|txz|zip)");
  private static final Pattern PATCH = Pattern.compile(".*\\.(?:patch|diff)");
  private static final Pattern PATCHED =
      Pattern.compile(".*/([^/]+)/(?:patches?(?:-[^/]+)?|files/patches|debian/patches)/.+");
  private static final Pattern CVE = Pattern.compile("CVE-\\d{4}-\\d{4,7}");
  private static final Pattern SUBJECT = Pattern.compile("(?m)^Subject: *(.+)$");
  private static final Pattern CONFIGURED =
      Pattern.compile(".*/(?:\\.config|kernel\\.config|config-\\d[^/]*|[^/]*_defconfig)");

  private static final int MOST_TEXT = 1 << 20;
  private static final int MOST_HEAD = 16 * 1024;
  private static final int MOST_SUBJECT = 200;
  private static final int MOST_COMPONENTS = 5000;
  private static final int MOST_PATCHES = 10_000;
  private static final int MOST_CONFIGURATIONS = 50;
  private static final int EARLIEST_YEAR_OF_U_BOOT = 2008;

  private enum Source {
    MAKEFILE,
    CONFIGURE,
    NAME
  }

  private record Told(Component component, Source source) {}

  private final Map<String, Told> components = new TreeMap<>();
  private final List<SourceConfiguration> configurations = new ArrayList<>();
  private final List<Patch> patches = new ArrayList<>();
  private long unlisted;

  /** Takes one entry in. */
  public void accept(Entry entry) {
    String path = entry.path();
    String name = path.substring(path.lastIndexOf('/') + 1);
    switch (entry.kind()) {
      case FOLDER -> named(name, path, "name of a folder");
      case FILE -> file(path, name, entry.content());
      case CUT_FILE -> archive(path, name);
      case LINK, DEVICE, OTHER -> {
        // says nothing
      }
    }
  }

  private void file(String path, String name, byte[] content) {
    // Archives list files, and not all list the folders that these are in.
    String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
    if (name.equals("Makefile") || name.equals("configure.ac") || name.equals("configure.in")) {
      named(folder.substring(folder.lastIndexOf('/') + 1), folder, "name of a folder");
    }
    if (name.equals("Makefile")) {
      makefile(path, text(content, MOST_HEAD));
    } else if (name.endsWith(".mk")) {
      buildroot(path, text(content, MOST_HEAD));
    } else if (name.equals("configure.ac") || name.equals("configure.in")) {
      Matcher init = AC_INIT.matcher(text(content, MOST_HEAD));
      if (init.find()) {
        component(init.group(1), init.group(2), path, "AC_INIT", Source.CONFIGURE);
      }
    } else if (PATCH.matcher(name).matches()) {
      patch(path, name, text(content, MOST_HEAD));
    } else if (CONFIGURED.matcher(path).matches()) {
      configuration(path, text(content, MOST_TEXT));
    } else {
      archive(path, name);
    }
  }

  private static String text(byte[] content, int most) {
    return new String(content, 0, Math.min(most, content.length), ISO_8859_1);
  }

  private void archive(String path, String name) {
    Matcher archive = ARCHIVE.matcher(name);
    if (archive.matches()) {
      named(archive.group(1), path, "name of an archive");
    }
  }

  private void named(String name, String path, String how) {
    Matcher named = NAMED.matcher(name);
    if (named.matches()) {
      component(named.group(1), named.group(2), path, how, Source.NAME);
    }
  }

  private void makefile(String path, String text) {
    Map<String, String> fields = new TreeMap<>();
    Matcher assigned = ASSIGNED.matcher(text);
    while (assigned.find()) {
      fields.putIfAbsent(assigned.group(1), assigned.group(2));
    }
    Matcher pkg = PKG.matcher(text);
    while (pkg.find()) {
      fields.putIfAbsent(pkg.group(1).equals("NAME") ? "name" : "version", pkg.group(2));
    }
    String major = fields.getOrDefault("VERSION", "");
    if (major.matches("\\d{1,4}") && fields.containsKey("PATCHLEVEL")) {
      boolean boot = Integer.parseInt(major) >= EARLIEST_YEAR_OF_U_BOOT;
      String sub = fields.getOrDefault("SUBLEVEL", "");
      component(
          boot ? "u-boot" : busybox(text) ? "busybox" : "linux",
          major
              + "."
              + fields.get("PATCHLEVEL")
              + (sub.isEmpty() ? "" : "." + sub)
              + fields.getOrDefault("EXTRAVERSION", ""),
          path,
          "VERSION of its Makefile",
          Source.MAKEFILE);
    } else if (fields.containsKey("name") && fields.containsKey("version")) {
      component(fields.get("name"), fields.get("version"), path, "PKG_VERSION", Source.MAKEFILE);
    }
  }

  /** BusyBox took its Makefile from the kernel. */
  private static boolean busybox(String text) {
    return text.contains("busybox");
  }

  private void buildroot(String path, String text) {
    String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
    String of = folder.substring(folder.lastIndexOf('/') + 1);
    Matcher version = BUILDROOT.matcher(text);
    while (version.find()) {
      if (version.group(1).equalsIgnoreCase(of.replace('-', '_'))) {
        component(of, version.group(2), path, version.group(1) + "_VERSION", Source.MAKEFILE);
      }
    }
  }

  private void component(String name, String version, String path, String how, Source source) {
    String key = name.toLowerCase(Locale.ROOT).replace(' ', '-');
    Told there = components.get(key);
    if (there == null && components.size() >= MOST_COMPONENTS) {
      unlisted++;
    } else if (there == null || source.compareTo(there.source()) < 0) {
      components.put(
          key,
          new Told(
              new Component(SafeText.visible(key), SafeText.visible(version), path, how), source));
    }
  }

  private void patch(String path, String name, String text) {
    if (patches.size() >= MOST_PATCHES) {
      unlisted++;
      return;
    }
    Matcher of = PATCHED.matcher(path);
    Matcher subject = SUBJECT.matcher(text);
    TreeSet<String> mends = new TreeSet<>();
    Matcher cve = CVE.matcher(name + "\n" + text);
    while (cve.find()) {
      mends.add(cve.group());
    }
    String title = subject.find() ? subject.group(1) : name;
    patches.add(
        new Patch(
            path,
            of.matches() ? of.group(1) : "",
            SafeText.visible(title.substring(0, Math.min(MOST_SUBJECT, title.length()))),
            List.copyOf(mends)));
  }

  private void configuration(String path, String text) {
    if (configurations.size() < MOST_CONFIGURATIONS) {
      Configuration.read(text)
          .ifPresent(
              found ->
                  configurations.add(
                      new SourceConfiguration(
                          path, found.version(), KernelImage.told(found, path))));
    }
  }

  /** Whether a file of this name may be a source package: an archive. */
  public static boolean mayBe(String name) {
    return ARCHIVE.matcher(name).matches();
  }

  /**
   * What the package has, after its last entry; empty if this is none. A source package has the
   * tree of a kernel, of BusyBox or of a boot loader, packages of a build system, or patches in a
   * folder of such.
   */
  public Optional<SourcePackage> found() {
    boolean built =
        patches.stream().anyMatch(patch -> !patch.of().isEmpty())
            || components.values().stream().anyMatch(told -> told.source() == Source.MAKEFILE);
    return built ? Optional.of(sources()) : Optional.empty();
  }

  /** What there is of it. */
  SourcePackage sources() {
    return new SourcePackage(
        components.values().stream().map(Told::component).toList(),
        configurations.stream()
            .sorted(
                Comparator.comparing((SourceConfiguration it) -> !it.path().endsWith("/.config"))
                    .thenComparing(SourceConfiguration::path))
            .toList(),
        patches.stream().sorted(Comparator.comparing(Patch::path)).toList(),
        unlisted);
  }
}
