/* What C cannot say: the first instruction, host calls, the switch between kernel stacks, the entry of tt mode's
   signal handler, and the code that skas0 puts into its guests. */

        .text
        .globl  _start
_start: movl    %esp, %eax
        andl    $-16, %esp
        pushl   %eax
        call    boot

/* long host_call(long number, ...): up to six arguments. */
        .globl  host_call
host_call:
        pushl   %ebp
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        movl    20(%esp), %eax
        movl    24(%esp), %ebx
        movl    28(%esp), %ecx
        movl    32(%esp), %edx
        movl    36(%esp), %esi
        movl    40(%esp), %edi
        movl    44(%esp), %ebp
        int     $0x80
        popl    %edi
        popl    %esi
        popl    %ebx
        popl    %ebp
        ret

/* long host_spawn(u32 flags, void *stack, void (*fn)(void *), void *arg) */
        .globl  host_spawn
host_spawn:
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        movl    $120, %eax              /* clone */
        movl    16(%esp), %ebx
        movl    20(%esp), %ecx
        xorl    %edx, %edx
        movl    24(%esp), %esi          /* kept for the child; no flag of ours gives it a meaning */
        movl    28(%esp), %edi
        int     $0x80
        testl   %eax, %eax
        jz      1f
        popl    %edi
        popl    %esi
        popl    %ebx
        ret
1:      andl    $-16, %esp
        subl    $12, %esp
        pushl   %edi
        call    *%esi
        movl    $1, %eax                /* exit(0), if it comes back */
        xorl    %ebx, %ebx
        int     $0x80

/* void stack_switch(u32 *save, u32 load): between kernel stacks of one host process. */
        .globl  stack_switch
stack_switch:
        movl    4(%esp), %eax
        movl    8(%esp), %edx
        pushl   %ebp
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        movl    %esp, (%eax)
        movl    %edx, %esp
        popl    %edi
        popl    %esi
        popl    %ebx
        popl    %ebp
        ret

/* void stack_call(void *stack, void (*fn)(void)): goes on in fn, on another stack, for good. */
        .globl  stack_call
stack_call:
        movl    8(%esp), %eax
        movl    4(%esp), %esp
        call    *%eax
        hlt

/* tt: the handler of all signals. The host has put the signal's number and a sigcontext on the stack. */
        .globl  tt_entry
tt_entry:
        movl    4(%esp), %eax
        leal    8(%esp), %edx
        movl    %esp, %esi
        andl    $-16, %esp
        subl    $8, %esp
        pushl   %edx
        pushl   %eax
        call    tt_signal
        movl    %esi, %esp
        ret
        .globl  tt_restorer
tt_restorer:
        popl    %eax
        movl    $119, %eax              /* sigreturn */
        int     $0x80

/* void tt_last_words(int fd, const char *byte): wakes another process and ends this one, without a stack. */
        .globl  tt_last_words
tt_last_words:
        movl    4(%esp), %ebx
        movl    8(%esp), %ecx
        movl    $1, %edx
        movl    $4, %eax                /* write */
        int     $0x80
        xorl    %ebx, %ebx
        movl    $1, %eax                /* exit */
        int     $0x80

/* void stub_visit(long call, int fd, u32 ip, u32 sp): skas4 as posted. switch_mm takes us to ip in the space behind fd,
   and from there back to 1. */
        .globl  stub_visit
stub_visit:
        pushl   %ebp
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        movl    20(%esp), %eax
        movl    24(%esp), %ebx
        movl    28(%esp), %esi
        movl    32(%esp), %edi
        movl    %edi, %edx
        andl    $-4096, %edx
        movl    $1f, 16(%edx)
        movl    %esp, 20(%edx)
        xorl    %ecx, %ecx              /* our registers are saved nowhere */
        movl    $1, %edx                /* MM_SP_IP */
        int     $0x80
1:      popl    %edi
        popl    %esi
        popl    %ebx
        popl    %ebp
        ret

/* skas0, and skas4 as posted: this page is mapped into each guest, below a page of data, which all of it finds by esp. */
        .balign 4096
        .globl  stub_begin, stub_batch, stub_segv, stub_clone, stub_call, stub_end
stub_begin:
/* Runs the calls on the stack: number, six arguments, the result that is expected; number 0 ends them. */
stub_batch:
        popl    %eax
        testl   %eax, %eax
        jz      1f
        popl    %ebx
        popl    %ecx
        popl    %edx
        popl    %esi
        popl    %edi
        popl    %ebp
        int     $0x80
        popl    %ecx
        cmpl    %ecx, %eax
        je      stub_batch
        jmp     2f
1:      xorl    %eax, %eax
2:      movl    %esp, %ebx
        andl    $-4096, %ebx
        movl    %eax, (%ebx)
        int3
/* SIGSEGV: what the kernel wants to know of the fault, and stop. It never goes back from here. */
stub_segv:
        movl    12(%esp), %ecx          /* ucontext; its sigcontext is at 20 */
        movl    %esp, %ebx
        andl    $-4096, %ebx
        movl    68(%ecx), %eax          /* trapno */
        movl    %eax, 4(%ebx)
        movl    72(%ecx), %eax          /* err */
        movl    %eax, 8(%ebx)
        movl    104(%ecx), %eax         /* cr2 */
        movl    %eax, 12(%ebx)
        int3
/* clone with the registers as they are; the child gets a data page of its own: edi fd, ebp page of the file. */
stub_clone:
        int     $0x80
        testl   %eax, %eax
        jz      3f
        movl    %esp, %ebx
        andl    $-4096, %ebx
        movl    %eax, (%ebx)
        int3
3:      movl    $26, %eax               /* ptrace(PTRACE_TRACEME) */
        xorl    %ebx, %ebx
        int     $0x80
        movl    $104, %eax              /* setitimer(ITIMER_VIRTUAL), before its data page changes */
        movl    $1, %ebx
        movl    %esp, %ecx
        andl    $-4096, %ecx
        addl    $16, %ecx
        xorl    %edx, %edx
        int     $0x80
        movl    $192, %eax              /* mmap2 */
        movl    %esp, %ebx
        andl    $-4096, %ebx
        movl    $4096, %ecx
        movl    $3, %edx
        movl    $0x11, %esi
        int     $0x80
        movl    %eax, (%ebx)
        int3
/* A call of the kernel's, which is here for it alone: esp points to number and arguments. Behind the answer, the first
   word of the data page, is room; then come the number of switch_mm and the kernel's space, eip and esp. */
stub_call:
        popl    %eax
        popl    %ebx
        popl    %ecx
        popl    %edx
        popl    %esi
        popl    %edi
        popl    %ebp
        int     $0x80
        andl    $-4096, %esp
        movl    %eax, (%esp)
        movl    8(%esp), %eax
        movl    12(%esp), %ebx
        movl    16(%esp), %esi
        movl    20(%esp), %edi
        xorl    %ecx, %ecx
        movl    $1, %edx
        int     $0x80
        .balign 4096
stub_end:
        .section .note.GNU-stack,"",@progbits
