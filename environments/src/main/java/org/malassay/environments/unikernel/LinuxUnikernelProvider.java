package org.malassay.environments.unikernel;

/** Opens the environment {@code unikernel-linux}: Linux with nothing but the server. */
public final class LinuxUnikernelProvider extends KernelProvider {

  /** Called by {@link java.util.ServiceLoader}. */
  public LinuxUnikernelProvider() {
    super(Kernel.LINUX);
  }
}
