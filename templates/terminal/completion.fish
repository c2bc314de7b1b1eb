# Completion of redis-lab for fish. In ~/.config/fish/config.fish:  redis-lab completion fish | source
function __redis_lab
    set -l typed (commandline -opc)
    set -l program (string replace -r '^~(?=/)' "$HOME" -- "$typed[1]")
    set -e typed[1]
    set -l current (commandline -ct)
    set -l lines (command $program --complete $typed "$current" 2>/dev/null </dev/null)
    set -l prefix (string match -r -- '^--[\w-]+=' "$current")
    set -l path (string replace -r -- '^--[\w-]+=' '' "$current")
    switch "$lines[1]"
        case files
            printf '%s\n' "$prefix"(__fish_complete_path "$path")
        case folders
            printf '%s\n' "$prefix"(__fish_complete_directories "$path")
        case words
            set -e lines[1]
            printf '%s\n' $lines
    end
end
complete -c redis-lab -f -k -a '(__redis_lab)'
