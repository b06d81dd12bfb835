# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of nsview(1) for fish. Commands, options and columns are what the program's own help
# says, so nothing here has to follow them; only what an argument may be is known here, by the
# word that stands for it in the help.

# NAME<tab>text for each column.
function __nsview_columns
    nsview list --list-columns 2>/dev/null | string trim | string replace -r ' +' \t
end

# Offer words for the last element of a list with commas.
function __nsview_list
    set -l value (commandline -ct | string replace -r '^(--[a-z-]+=|-[a-zA-Z])' '')
    set -l before (string match -r '^(?:.*,|\+)' -- $value)
    for word in $argv
        string match -q -- "*,"(string split -f 1 \t $word)",*" ",$before" || printf '%s%s\n' "$before" $word
    end
end

# The names that ip-netns(8) gave.
function __nsview_netns
    for path in /run/netns/*
        printf '%s\tnetwork namespace\n' (string replace /run/netns/ '' $path)
    end
end

# Declare the argument of option $argv[2] of a command, which stands in its help as $argv[3].
function __nsview_value
    switch "$argv[2]:$argv[3]"
        case 'by:*'
            printf '%s\n' -x -a 'user pid process'
        case '*:REL'
            printf '%s\n' -x -a 'owner parent process'
        case '*:WHEN'
            printf '%s\n' -x -a 'auto always never'
        case '*:LIST'
            printf '%s\n' -x -a '(__nsview_list (__nsview_columns))'
        case '*:COLUMN'
            printf '%s\n' -x -a '(__nsview_columns)'
        case '*:TYPE'
            printf '%s\n' -x -a '(__nsview_list cgroup ipc mnt net pid time user uts)'
        case '*:PID'
            printf '%s\n' -x -a '(__fish_complete_pids)'
        case '*:TARGET'
            printf '%s\n' -x -a '(__fish_complete_pids; __nsview_netns)'
        case '*:SOURCE'
            printf '%s\n' -x -a 'auto proc bpf'
        case '*:MAP'
            printf '%s\n' -x -a 'auto root current'
        case '*:VIEW'
            printf '%s\n' -x -a 'groups namespaces processes user-tree pid-tree'
        case '*:WHICH'
            printf '%s\n' -x -a 'allow deny'
        case '*:HOW'
            printf '%s\n' -x -a 'private slave shared unchanged'
        case '*:SIGNAL'
            printf '%s\n' -x -a '(kill -l | string split " ")'
        case '*:FILE'
            printf '%s\n' -r -F
        case '*:DIR'
            printf '%s\n' -x -a '(__fish_complete_directories)'
        case '*'
            printf '%s\n' -x
    end
end

# Declare the options in a help text (standard input) for a command; for none: before any command.
function __nsview_declare
    set -l when __fish_use_subcommand
    test -z "$argv[1]" || set when "__fish_seen_subcommand_from $argv[1]"
    while read -l line
        string match -rq '^  (?:-(?<letter>.), |    )--(?<name>[a-z0-9-]+)(?:\[=(?<optional>[A-Z:=]+)\]| (?<word>[A-Z:=]+))? +(?<text>.*)$' -- $line
        or continue
        set -l option -c nsview -n $when -l $name -d $text
        test -z "$letter" || set -a option -s $letter
        if test -n "$optional"
            # Such an argument is glued to the option: what there is to offer comes behind the "=".
            set -a option (__nsview_value "$argv[1]" $name $optional)[2..]
        else if test -n "$word"
            set -a option (__nsview_value "$argv[1]" $name $word)
        end
        complete $option
    end
end

complete -c nsview -f
nsview --help 2>/dev/null | __nsview_declare
for line in (nsview --help 2>/dev/null | string match -rg '^  ([a-z]+ +.*)')
    set -l command (string split -f 1 ' ' $line)
    set -l text (string replace -r '^[a-z]+ +' '' $line)
    set -l help (nsview $command --help 2>/dev/null)
    complete -c nsview -n __fish_use_subcommand -a $command -d $text
    printf '%s\n' $help | __nsview_declare $command
    if string match -q '*COMMAND*' -- $help[1]
        complete -c nsview -n "__fish_seen_subcommand_from $command; and contains -- -- (commandline -opc)" \
            -a '(__fish_complete_command)'
    end
    if string match -qr 'TARGET| A B' -- $help[1]
        complete -c nsview -n "__fish_seen_subcommand_from $command; and not contains -- -- (commandline -opc)" \
            -a '(__fish_complete_pids; __nsview_netns)'
        complete -c nsview -n "__fish_seen_subcommand_from $command; and string match -q -- '*/*' (commandline -ct)" -F
    end
end
