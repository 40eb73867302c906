//! Which calls of the system a child may make, where the kernel can be told (seccomp, all threads at once): none that starts a program or a
//! process, reaches into another one or signals it, or opens a way around the other limits. A call that is not allowed fails; the child lives.
#![expect(unsafe_code, reason = "hands a program to the kernel")]

use std::io;

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO,
    sock_filter, sock_fprog,
};

/// `struct seccomp_data`: the call, the kind of processor, and six arguments of eight bytes, of which the low half is first.
const CALL: u32 = 0;
const KIND: u32 = 4;
const FIRST_ARGUMENT: u32 = 16;

/// `linux/audit.h`: 64 bits, little-endian, and the machine's number in ELF.
#[cfg(target_arch = "x86_64")]
const OWN_KIND: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const OWN_KIND: u32 = 0xc000_00b7;

/// Not for any argument.
const REFUSED: [i64; 22] = [
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_socket,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
];

/// Two that only one of the processors has: what starts a process without saying that it is a thread.
#[cfg(target_arch = "x86_64")]
const FORKS: [i64; 2] = [libc::SYS_fork, libc::SYS_vfork];
#[cfg(target_arch = "aarch64")]
const FORKS: [i64; 0] = [];

/// For good, and for all threads. An error where the kernel knows no such thing: the other limits stand without it.
pub(super) fn apply() -> io::Result<()> {
    let mut program = program(std::process::id());
    let handed =
        sock_fprog { len: u16::try_from(program.len()).map_err(io::Error::other)?, filter: program.as_mut_ptr() };
    let flags = libc::SECCOMP_FILTER_FLAG_TSYNC;
    // SAFETY: a whole structure and the program that it names, which the kernel copies.
    let code = unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const handed) };
    if code == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn program(own: u32) -> Vec<sock_filter> {
    let refuse = |code: i32| line(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | code.unsigned_abs());
    let mut program = vec![
        load(KIND),
        // Calls of another kind have other numbers: none of them.
        jump(BPF_JEQ, OWN_KIND, 1, 0),
        refuse(libc::ENOSYS),
        load(CALL),
    ];
    // The second table of calls that some kernels of x86-64 have.
    if cfg!(target_arch = "x86_64") {
        program.extend([jump(BPF_JSET, 0x4000_0000, 0, 1), refuse(libc::ENOSYS)]);
    }
    for call in REFUSED.into_iter().chain(FORKS) {
        program.extend([jump(BPF_JEQ, number(call), 0, 1), refuse(libc::EPERM)]);
    }
    // Its flags cannot be looked at; libraries take the older one then.
    program.extend([jump(BPF_JEQ, number(libc::SYS_clone3), 0, 1), refuse(libc::ENOSYS)]);
    let thread = libc::CLONE_THREAD.unsigned_abs();
    let with_argument = [
        // Threads only.
        (libc::SYS_clone, jump(BPF_JSET, thread, 1, 0)),
        // An abort is a signal to one's own.
        (libc::SYS_tgkill, jump(BPF_JEQ, own, 1, 0)),
        // One's own limits only.
        (libc::SYS_prlimit64, jump(BPF_JEQ, 0, 1, 0)),
    ];
    for (call, is_fine) in with_argument {
        let allow = line(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        program.extend([jump(BPF_JEQ, number(call), 0, 4), load(FIRST_ARGUMENT), is_fine, refuse(libc::EPERM), allow]);
    }
    program.push(line(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    program
}

fn number(call: i64) -> u32 {
    u32::try_from(call).unwrap_or(u32::MAX)
}

fn load(offset: u32) -> sock_filter {
    line(BPF_LD | BPF_W | BPF_ABS, offset)
}

/// Over so many lines where the condition holds, and where not.
fn jump(condition: u32, value: u32, over_if: u8, over_else: u8) -> sock_filter {
    sock_filter { jt: over_if, jf: over_else, ..line(BPF_JMP | condition | BPF_K, value) }
}

fn line(code: u32, value: u32) -> sock_filter {
    sock_filter { code: u16::try_from(code).unwrap_or_default(), jt: 0, jf: 0, k: value }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel would do with a call: its result, by the few kinds of lines that there are.
    fn verdict(program: &[sock_filter], data: [u32; 5]) -> u32 {
        let (mut at, mut value) = (0, 0);
        loop {
            let sock_filter { code, jt, jf, k } = program[at];
            at += 1;
            let code = u32::from(code);
            if code == BPF_RET | BPF_K {
                return k;
            } else if code == BPF_LD | BPF_W | BPF_ABS {
                value = data[k as usize / 4];
            } else {
                let holds = if code == BPF_JMP | BPF_JEQ | BPF_K { value == k } else { value & k != 0 };
                at += usize::from(if holds { jt } else { jf });
            }
        }
    }

    #[test]
    fn work_is_allowed_and_a_way_out_is_not() {
        let program = program(77);
        let call = |call: i64, argument: u32| verdict(&program, [number(call), OWN_KIND, 0, 0, argument]);
        for (allowed, argument) in [
            (libc::SYS_read, 0),
            (libc::SYS_mmap, 0),
            (libc::SYS_futex, 0),
            (libc::SYS_exit_group, 0),
            (libc::SYS_clone, libc::CLONE_THREAD.unsigned_abs() | libc::CLONE_VM.unsigned_abs()),
            (libc::SYS_tgkill, 77),
            (libc::SYS_prlimit64, 0),
        ] {
            assert_eq!(call(allowed, argument), SECCOMP_RET_ALLOW, "{allowed}");
        }
        let no = SECCOMP_RET_ERRNO | libc::EPERM.unsigned_abs();
        for (refused, argument) in REFUSED.map(|call| (call, 0)).into_iter().chain([
            (libc::SYS_clone, libc::SIGCHLD.unsigned_abs()),
            (libc::SYS_tgkill, 78),
            (libc::SYS_prlimit64, 1),
        ]) {
            assert_eq!(call(refused, argument), no, "{refused}");
        }
        let unknown = SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs();
        assert_eq!(call(libc::SYS_clone3, 0), unknown);
        assert_eq!(verdict(&program, [number(libc::SYS_read), 3, 0, 0, 0]), unknown);
    }
}
