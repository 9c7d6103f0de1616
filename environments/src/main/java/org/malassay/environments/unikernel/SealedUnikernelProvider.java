package org.malassay.environments.unikernel;

/** Opens the environment {@code unikernel-sealed}: a library OS that loads none. */
public final class SealedUnikernelProvider extends KernelProvider {

  /** Called by {@link java.util.ServiceLoader}. */
  public SealedUnikernelProvider() {
    super(Kernel.SEALED);
  }
}
