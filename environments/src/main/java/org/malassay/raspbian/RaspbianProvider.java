package org.malassay.raspbian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Limits;
import org.malassay.guest.Tools;
import org.malassay.options.Option;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.qemu.Cache;
import org.malassay.qemu.Qemu;
import org.malassay.qemu.Vm;

/** Opens the environment {@code raspbian}. */
public final class RaspbianProvider implements EnvironmentProvider {
  static final String NAME = "raspbian";

  /** How a guest comes to be. */
  enum Start {
    CLONE,
    BOOT;

    static Start of(String text) {
      return switch (text) {
        case "clone" -> CLONE;
        case "boot" -> BOOT;
        default -> throw new IllegalArgumentException("neither clone nor boot");
      };
    }
  }

  static final Option<Start> START =
      Option.of(
          "raspbian.start",
          "HOW",
          "clone",
          "clone: each guest is a copy of one that was booted once; boot: each is booted",
          Start::of);

  static final Option<Path> CACHE =
      Option.optional(
          "raspbian.cache",
          "FOLDER",
          "where images and templates are kept, instead of ~/.cache/malassay/raspbian",
          Values::path);

  private static final int MIB = 20;
  private static final int LEAST_MIB = 192;

  /** Called by {@link java.util.ServiceLoader}. */
  public RaspbianProvider() {}

  /** The memory of a guest in MiB. */
  static int memory(Limits limits) throws EnvironmentException {
    int memory = (int) Math.min(limits.memoryBytes() >> MIB, Integer.MAX_VALUE);
    if (memory < LEAST_MIB) {
      throw new EnvironmentException(
          "a guest of the raspbian environment does not boot with so little memory: give at least"
              + " -Dmemory=%dm".formatted(LEAST_MIB));
    }
    return memory;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(START, CACHE);
  }

  @Override
  public Environment open(Options options, Limits limits, String run) throws EnvironmentException {
    Start start = options.get(START);
    Cache cache = Cache.in(options.find(CACHE), NAME);
    int memoryMiB = memory(limits);
    ImageStore images = new ImageStore(cache);
    Tools.require(NAME, missing(images));
    sweep();
    Machine machine = new Machine(Qemu.find(Machine.QEMU), memoryMiB);
    Image image = images.get();
    Optional<Template> template =
        start == Start.CLONE
            ? Optional.of(new TemplateStore(cache, machine).get(image))
            : Optional.empty();
    return new RaspbianEnvironment(
        machine, image, template, limits, facts(machine, image, template, limits));
  }

  private static void sweep() throws EnvironmentException {
    try {
      Vm.sweep();
    } catch (IOException e) {
      throw new EnvironmentException("what killed runs left behind cannot be removed: " + e, e);
    }
  }

  private static List<String> missing(ImageStore images) {
    List<String> missing = new ArrayList<>();
    if (!Tools.isInstalled(Machine.QEMU)) {
      missing.add("qemu-system-arm, which is the machine: " + Machine.QEMU);
    }
    if (!Tools.isInstalled("qemu-img")) {
      missing.add("qemu-utils, which makes disks: qemu-img");
    }
    missing.addAll(images.missing());
    return missing;
  }

  private static Map<String, String> facts(
      Machine machine, Image image, Optional<Template> template, Limits limits)
      throws EnvironmentException {
    String kernel;
    try {
      kernel = Files.readString(image.file(Image.KERNEL_VERSION)).strip();
    } catch (java.io.IOException e) {
      throw new EnvironmentException("the image in %s is broken".formatted(image.folder()), e);
    }
    Map<String, String> facts = new LinkedHashMap<>();
    String execution =
        "%s %s (TCG), kernel %s"
            .formatted(machine.qemu().program(), machine.qemu().version(), kernel);
    facts.put("arm code", execution);
    facts.put("aarch64 code", execution);
    facts.put("machine", "virt, cortex-a53, %d MiB of memory".formatted(machine.memoryMiB()));
    facts.put("image", image.digest());
    facts.put("recipe", ImageStore.RECIPE.digest());
    facts.put("start", template.isPresent() ? "clone" : "boot");
    template.ifPresent(it -> facts.put("template", it.digest()));
    facts.put("service", "nginx on port " + Machine.HTTP);
    facts.put(
        "limits",
        "%d bytes a file; the machine's own memory, processes and disk; no network"
            .formatted(limits.diskBytes()));
    return facts;
  }
}
